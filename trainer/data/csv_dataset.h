// Labelled tables from CSV files.
#pragma once

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// kind csv. Features as named, or as find_coordinates finds them, in the training file; by name in a test file, in any
// order. Text labels of a test file must be the training file's.
Result<DataSplit> read_csv_dataset(const DatasetSpec& spec);

}  // namespace ssem::trainer
