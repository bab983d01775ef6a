// Losses whose denominators belong to pairs, on CPU: dcl (Yeh et al., 2022), where a pair's own term is left out, and
// negatives_only, where a positive stands against the rows of other classes.
//
// Whole rows of similarities are needed at once: 64 N numbers at a time, still
// linear in N, 8 N^2 d flops for both passes. Everything is float64: where a positive holds nearly the whole
// denominator, leaving it out would cancel in float32.
#pragma once

#include <cstdint>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/pair_weights.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// Whether PairPass computes the convention.
constexpr bool has_pair_denominators(advisor::Convention convention) {
  return convention == advisor::Convention::dcl || convention == advisor::Convention::negatives_only;
}

class PairPass {
 public:
  // Keeps a reference to `rows`.
  PairPass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns);

  // `embeddings` and `gradient` (overwritten with scale * dL/dembeddings), row-major [N, columns], batch order.
  double forward(const double* embeddings) const;
  void backward(const double* embeddings, double scale, double* gradient) const;

 private:
  // The loss; with `gradient`, its gradient as well.
  double pass(const double* embeddings, double scale, double* gradient) const;
  // Of one anchor; `row` holds its similarities, which with_gradient turns into dL/ds * temperature.
  double anchor_terms(std::int64_t anchor, double* row, bool with_gradient) const;
  double without_pair(std::int64_t anchor, double* row, bool with_gradient) const;
  double against_negatives(std::int64_t anchor, double* row, bool with_gradient) const;
  double weight(std::int64_t anchor, std::int64_t other) const;

  const BatchRows& rows_;
  PairWeights weights_;
  std::int64_t columns_;
  double temperature_;
  bool against_negatives_;
};

}  // namespace ssem::trainer
