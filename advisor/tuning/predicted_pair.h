// What theory says of one pair of one problem, as far as a search looks at it.
#pragma once

#include "advisor/problem.h"
#include "advisor/tuning/variance_plane.h"

namespace ssem::advisor::tuning {

struct PredictedPair {
  bool admitted = false;  // neither collapsed nor split
  double within_class_variance = 0;
};

// By the model that holds in the problem's dimension; below classes - 1 the boundary is the closed-form estimate.
// Unequal classes: as they are advised. Some microseconds, up to some hundreds for random batches.
PredictedPair predicted_pair(const Problem& problem, const PairOfValues& pair);

}  // namespace ssem::advisor::tuning
