// The attraction between positives: linear in the similarities, so class and instance sums replace the pairs.
#pragma once

#include <cstdint>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/pair_weights.h"

namespace ssem::trainer {

// sum over positive pairs of weight_ij (s_ij - 1), `z` row-major [N, columns] in sorted order. O(N d).
template <class Real>
double positive_similarity(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights);

// Adds scale times its gradient to `gradient`, same layout. O(N d).
template <class Real>
void add_positive_gradient(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights,
                           double scale, Real* gradient);

}  // namespace ssem::trainer
