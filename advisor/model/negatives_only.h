// negatives_only: each positive against the views of other classes alone (theory.md, section 1). Alone it
// collapses at every temperature, in every dimension.
//
// An anchor with k partners and o others has (k+1)p - 1 positives, its own image's views among them, and p o negatives.
// With N = p o e^{-x + (c-1) z} (notation of balanced_batch.h)
//
//   L_sup(z) = [(p-1) log(1 + N) + p k log(1 + N e^z)] / ((k+1)p - 1)      rises with z: nothing holds a class apart
//   L(z) = (1-a) L_sup + a L_self,  L_self = log p(kappa + k e^-z + o e^{-x + (c-1) z})      convex in z
//   collapsed iff a <= a* = S / (S - Q),  S = dL_sup/dz > 0,  Q = dL_self/dz at z = 0
#pragma once

#include <vector>

#include "advisor/model/mixed_loss.h"

namespace ssem::advisor {

// L_sup with every class at one point: `kernel` = e^{(b-1)/temperature}, `positives_weights` (plain_supcon.h) of each
// kind of anchor.
double collapsed_negatives_only(double views, const std::vector<BatchTerm>& terms,
                                const std::vector<double>& positives_weights, double kernel);

// Mixed with a self-supervised term. a* tends to 0 at low temperature. SSEM is the global minimum: L is convex in the
// Gram matrix, and neither term gains by the views' drifting apart.
class MixedNegativesOnly final : public MixedLoss {
 public:
  MixedNegativesOnly(const Problem& problem, const SsemModel& model);
  LossWeight loss_weight_for(double within_class_variance, double temperature) const override;
  double loss(double z, double loss_weight, double temperature) const override;

 private:
  std::vector<double> weights_;  // of each kind of anchor in L_sup, times its share
};

}  // namespace ssem::advisor
