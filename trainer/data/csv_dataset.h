// Labelled tables from CSV files.
#pragma once

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// kind csv. Text labels of a test file must be the training file's.
Result<DataSplit> read_csv_dataset(const DatasetSpec& spec);

}  // namespace ssem::trainer
