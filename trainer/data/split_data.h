// A test part out of data that have none.
#pragma once

#include <cstdint>
#include <span>

#include "advisor/result.h"
#include "trainer/data/dataset.h"

namespace ssem::trainer {

// test_share of every class, at least one example, drawn by `seed`; rows of one instance stay together. Errors: a class
// whose only instance would be left to one part.
Result<DataSplit> split_data(const Dataset& data, double test_share, std::uint64_t seed);

// The examples `rows`, in that order.
Dataset taken_rows(const Dataset& data, std::span<const std::int64_t> rows);

}  // namespace ssem::trainer
