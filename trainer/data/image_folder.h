// Images in a folder for each class.
#pragma once

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// kind image_folder: jpeg and png, as RGB, their middle square scaled to image_size by averaging (bilinear when they
// are smaller). Classes and files in sorted order.
Result<DataSplit> read_image_folder(const DatasetSpec& spec);

}  // namespace ssem::trainer
