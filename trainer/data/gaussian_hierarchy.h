// Tables of Gaussian clusters in two levels: classes, and fine classes within each.
#pragma once

#include <cstdint>

#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

inline constexpr double kClassDistance = 4;  // of a class centre from the origin

// A class centre lies kClassDistance from the origin in a random direction, its fine centres fine_spread from it, rows
// normal around those with deviation `noise` in every column. fine_labels count through all classes. Train and test
// share the centres. Deterministic for a seed.
DataSplit gaussian_hierarchy(const DatasetSpec& spec, std::uint64_t seed);

}  // namespace ssem::trainer
