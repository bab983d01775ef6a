// Labelled examples from named arrays: npz files, and what audits read.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "trainer/data/array.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// kind npz; a single .npy has its labels in NAME_labels.npy.
Result<DataSplit> read_npz_dataset(const DatasetSpec& spec);

// The first array of these names that is there; nullptr for none.
const Array* find_array(const NamedArrays& arrays, std::initializer_list<std::string_view> names);

// One integer for each of `rows`. `what` names file and array in the fault.
Result<std::vector<std::int64_t>> integer_column(const Array& array, std::int64_t rows, const std::string& what);

}  // namespace ssem::trainer
