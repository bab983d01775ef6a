// The loss of any convention in float64 on CPU, with its gradient: what free embeddings are minimised with.
#pragma once

#include <cstdint>
#include <optional>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/loss_pass.h"
#include "trainer/loss/pair_pass.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// The self-supervised term that stands beside negatives_only at a loss weight above 0: SimCLR alone.
SupclOptions term_beside(const SupclOptions& options);
// Whether there is one.
bool has_term_beside(const SupclOptions& options);

class DoublePass {
 public:
  // Keeps a reference to `rows`. Not for supcon_in.
  DoublePass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns);

  // The loss at `z`, row-major [N, columns] in batch order; overwrites `gradient`.
  double loss_and_gradient(const double* z, double* gradient);

 private:
  std::int64_t numbers_;
  double beside_weight_;
  std::optional<PairPass> pairs_;
  std::optional<LossPass<double>> tiles_;  // of the whole loss, or of the term beside
};

}  // namespace ssem::trainer
