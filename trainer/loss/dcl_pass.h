// The decoupled loss (Yeh et al., 2022) on CPU: a pair's own term is left out of its denominator.
//
// Denominators belong to pairs here, so whole rows of similarities are needed at once: 64 N numbers at a time, still
// linear in N, 8 N^2 d flops for both passes. Everything is float64: where a positive holds nearly the whole
// denominator, leaving it out would cancel in float32.
#pragma once

#include <cstdint>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/pair_weights.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

class DclPass {
 public:
  // Keeps a reference to `rows`.
  DclPass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns);

  // `embeddings` and `gradient` (overwritten with scale * dL/dembeddings), row-major [N, columns], batch order.
  double forward(const double* embeddings) const;
  void backward(const double* embeddings, double scale, double* gradient) const;

 private:
  // The loss; with `gradient`, its gradient as well.
  double pass(const double* embeddings, double scale, double* gradient) const;
  double anchor_terms(std::int64_t anchor, double* row, bool with_gradient) const;

  const BatchRows& rows_;
  PairWeights weights_;
  std::int64_t columns_;
  double temperature_;
};

}  // namespace ssem::trainer
