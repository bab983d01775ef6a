// A data set for free vectors where a problem says only that it is large.
#pragma once

#include "advisor/problem.h"

namespace ssem::trainer {

// The problem with a data set of kDataOfBatch batches, at least kLeastImages a class, in place of one without end. What
// names its data set, by size, by class_counts or as the batch, stays as it is.
advisor::Problem trained_problem(const advisor::Problem& problem);

inline constexpr std::int64_t kDataOfBatch = 8;
inline constexpr std::int64_t kLeastImages = 50;

}  // namespace ssem::trainer
