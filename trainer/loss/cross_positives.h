// The attraction between positives of the cross-view loss: class sums of either view replace the pairs.
#pragma once

#include <cstdint>
#include <vector>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/pair_weights.h"

namespace ssem::trainer {

// Positions of BatchRows view by view: the first row of every instance, then the second of every instance. Every
// instance must have two rows.
std::vector<std::int64_t> view_by_view(const BatchRows& rows);

// sum over positive pairs of weight_ij (s_ij - 1), `z` row-major [N, columns] and `weights` view by view. O(N d).
template <class Real>
double cross_positive_similarity(const Real* z, std::int64_t columns, const BatchRows& rows,
                                 const PairWeights& weights);

// Adds scale times its gradient to `gradient`, same layout. O(N d).
template <class Real>
void add_cross_positive_gradient(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights,
                                 double scale, Real* gradient);

}  // namespace ssem::trainer
