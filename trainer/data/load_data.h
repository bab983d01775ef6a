// The data a spec names, read or made, checked and split.
#pragma once

#include <cstdint>
#include <optional>

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Both parts hold at least one example; labels run from 0 and every class of the training part has examples. Where the
// data bring no test part, test_share of every class is split off by `seed`. Errors (invalid_argument): a file that
// cannot be read or is not what its kind says, naming file and byte or line; data that do not fit the spec, naming the
// field.
Result<DataSplit> load_data(const DatasetSpec& spec, std::uint64_t seed);

// Every rule that training relies on: sizes that fit, finite features, labels from 0 without gaps, two classes or more.
std::optional<Error> check_dataset(const Dataset& data);

}  // namespace ssem::trainer
