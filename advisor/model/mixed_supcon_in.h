// supcon_in mixed with a self-supervised term: L = (1-a) L_in + a L_self (theory.md, section 1).
//
// An anchor's own views stay among the positives of L_in. With K = k e^-z, E = o e^{-x + (c-1) z} and an anchor with k
// partners and o others (notation of balanced_batch.h)
//
//   L(z) = mean{ log(p D) - (1-a) log[p (K + kappa) / ((k+1) p - 1)] },   D = kappa + K + E
//   collapsed iff a <= a*,  1 - a* = mean[(k - (c-1) o q)/D] / mean[k/(k+kappa)],   q = e^-x
//
// a* tends to 0 at low temperature: a little of the self-supervised term is enough. For one kind of anchor dL/dz = 0 is
// a = (E/K) [c-1 + (1-a) K/(K+kappa)], whose right side rises with z: one optimum. That SSEM is the global minimum is
// not proved: L_in is not convex in the similarities. 29 brute-force minima over free vectors in enough dimensions
// agree to 1e-6 in the loss; in fewer dimensions the variance is lower. O(terms) an evaluation.
#pragma once

#include "advisor/model/mixed_loss.h"

namespace ssem::advisor {

class MixedSupconIn final : public MixedLoss {
 public:
  MixedSupconIn(const Problem& problem, const SsemModel& model) : MixedLoss(problem, model) {}
  LossWeight loss_weight_for(double within_class_variance, double temperature) const override;
  double loss(double z, double loss_weight, double temperature) const override;
};

}  // namespace ssem::advisor
