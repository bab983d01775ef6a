// Drawn images: the class is what is drawn, the fine class how it is filled.
#pragma once

#include <cstdint>

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// RGB images of image_size squared, bytes. Every image has its own place, size, rotation, two colours, a background of
// two more with a gradient, and noise; edges are smooth. Fine classes are fillings (solid, outlined, striped, ...), so
// that cropping and colour jitter leave them. fine_labels count through all classes. Deterministic for a seed. Errors:
// more than 12 classes or 6 fine ones (/dataset/...).
Result<DataSplit> shapes(const DatasetSpec& spec, std::uint64_t seed);

}  // namespace ssem::trainer
