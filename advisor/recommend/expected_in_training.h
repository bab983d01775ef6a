// What an encoder delivers where the loss's optimum is something else.
//
// Images of a class that an encoder has embedded spread over few directions, k of class_directions in ssem-train's
// reports, not over all that the dimension leaves. Their cosines scatter the more, the nearest of them feel the loss
// most, and its minimum over such embeddings has less variance: estimator E1 with d = m - 1 + k dimensions (theory.md,
// section 5).
#pragma once

#include <optional>

#include "advisor/evaluation.h"

namespace ssem::advisor {

// Of the directions that a class was seen to spread over (tests/bench/advice): the middle, and the range.
inline constexpr std::int64_t kUsualDirections = 8;
inline constexpr std::int64_t kFewDirections = 4;
inline constexpr std::int64_t kManyDirections = 20;

// The problem in the dimension that encoders use of its own: at most m - 1 + directions.
Problem as_encoders_use(const Problem& problem, std::int64_t directions);

// Absent where the estimate is: fewer dimensions than classes, unequal classes, losses without a loss weight. About
// three estimates.
std::optional<ExpectedInTraining> expected_in_training(const Problem& problem, double loss_weight, double temperature);

}  // namespace ssem::advisor
