// What each positive pair weighs in the loss.
//
//   L = sum_i [ own_i * sum_{j views of i's instance} l_ij + other_i * sum_{j same class, other instance} l_ij ],
//   l_ij = log D_i - s_ij / temperature
//
// covers every convention and reduction, for unequal classes and any number of views.
#pragma once

#include <vector>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// Per position of BatchRows.
struct PairWeights {
  std::vector<double> own;       // of a pair with a view of the anchor's own instance
  std::vector<double> other;     // of a pair with another instance of its class
  std::vector<double> anchor;    // sum over the anchor's pairs: the weight of log D_i
  bool anchor_included = false;  // the anchor is in its own denominator and one of its own views
};

// O(N).
PairWeights pair_weights(const BatchRows& rows, const SupclOptions& options);

}  // namespace ssem::trainer
