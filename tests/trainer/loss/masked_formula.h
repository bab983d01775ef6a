// The losses written down plainly: N x N matrices and masks, every denominator a logsumexp over what belongs into it.
#pragma once

#include <ATen/ATen.h>

#include <limits>

#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// `classes` and `instances` [N] int64. Differentiable; in the embeddings' type throughout.
inline at::Tensor masked_formula(const at::Tensor& z, const at::Tensor& classes, const at::Tensor& instances,
                                 const SupclOptions& options) {
  using advisor::Convention;
  const double lowest = -std::numeric_limits<double>::infinity();
  const std::int64_t size = z.size(0);
  const bool included = options.convention == Convention::anchor_included;
  const at::Tensor logits = at::mm(z, z.t()) / options.temperature;
  const at::Tensor self = at::eye(size, classes.options()).to(at::kBool);
  const at::Tensor same_instance = instances.unsqueeze(1).eq(instances.unsqueeze(0));
  const at::Tensor same_class = classes.unsqueeze(1).eq(classes.unsqueeze(0));
  // Of two rows of an instance the first in the batch is its first view.
  const at::Tensor later = same_instance.logical_and(at::ones_like(same_instance).tril(-1)).any(1);
  const bool crossed = options.convention == Convention::cross_view;
  const at::Tensor met = crossed    ? later.unsqueeze(1).ne(later.unsqueeze(0))
                         : included ? at::ones_like(self)
                                    : self.logical_not();
  const at::Tensor own = included ? same_instance : same_instance.logical_and(self.logical_not());
  at::Tensor other = same_class.logical_and(same_instance.logical_not());
  if (crossed) other = other.logical_and(met);

  at::Tensor pair_losses;  // [N, N]: of anchor i with positive j
  if (options.convention == Convention::dcl) {
    // [i, j, k]: all k but i and j.
    const at::Tensor left_out = self.unsqueeze(1).logical_or(self.unsqueeze(0));
    const at::Tensor rest = logits.unsqueeze(1).expand({size, size, size}).masked_fill(left_out, lowest);
    pair_losses = rest.logsumexp(2) - logits;
  } else if (options.convention == Convention::negatives_only) {
    // [i, j, k]: j itself, and the rows of other classes than i's.
    const at::Tensor kept = self.unsqueeze(0).logical_or(same_class.logical_not().unsqueeze(1));
    const at::Tensor terms = logits.unsqueeze(1).expand({size, size, size}).masked_fill(kept.logical_not(), lowest);
    pair_losses = terms.logsumexp(2) - logits;
  } else {
    pair_losses = logits.masked_fill(met.logical_not(), lowest).logsumexp(1, true) - logits;
  }
  const auto mean_of = [&](const at::Tensor& losses, const at::Tensor& positives) {
    const at::Tensor terms = losses.masked_fill(positives.logical_not(), 0);
    const at::Tensor counts = positives.sum(1).to(z.scalar_type());
    if (options.reduction == advisor::Reduction::pair_mean) return terms.sum() / counts.sum().clamp_min(1);
    return (terms.sum(1) / counts.clamp_min(1)).mean();
  };
  const auto mean_over = [&](const at::Tensor& positives) { return mean_of(pair_losses, positives); };
  if (options.convention == Convention::negatives_only) {
    const at::Tensor simclr = logits.masked_fill(self, lowest).logsumexp(1, true) - logits;
    const double beside = options.loss_weight;
    return (1 - beside) * mean_over(own.logical_or(other)) + beside * mean_of(simclr, own);
  }
  if (options.convention == Convention::supcon) return mean_over(own.logical_or(other));
  return (1 - options.loss_weight) * mean_over(other) + options.loss_weight * mean_over(own);
}

}  // namespace ssem::trainer
