// IDX files, the format of MNIST and its like: big-endian sizes, then bytes. gzip is recognised by content.
#pragma once

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

Result<DataSplit> read_idx(const DatasetSpec& spec);

}  // namespace ssem::trainer
