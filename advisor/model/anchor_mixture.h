// SSEM where no closed form exists: random batches, and the decoupled loss. One term per kind of anchor.
//
// With a = e^-z, e = e^{-x + (c-1) z} and the notation of balanced_batch.h, an anchor with k partners and o others has
//   log conventions: L_self = log(p D), L_sup = z + log(p D),     D = kappa + k a + o e
//   decoupled      : L_self = log(T - 1), L_sup = z + log(T - a), T = p-1 + p k a + p o e
// and the batch L(z) = sum weight [(1-loss_weight) supervised L_sup + loss_weight L_self], convex in z. The condition
// dL/dz = 0 is linear in the loss weight, so thresholds and inverses need no iteration. Each call is O(terms).
#pragma once

#include <vector>

#include "advisor/model/balanced_batch.h"
#include "advisor/model/batch_terms.h"
#include "advisor/problem.h"

namespace ssem::advisor {

// Temperature thresholds are looked for well beyond the temperatures that a request may have.
inline constexpr double kLowestSearched = 1e-6;
inline constexpr double kHighestSearched = 1e9;

class AnchorMixture {
 public:
  AnchorMixture(const Problem& problem, double dataset_share, std::vector<BatchTerm> terms);

  LossWeight loss_weight_threshold(double temperature) const { return loss_weight_for(0, temperature); }
  LossWeight loss_weight_for(double within_class_variance, double temperature) const;
  // By bisection in log temperature; 0 always collapsed, infinity never (between 1e-6 and 1e9).
  double temperature_threshold(double loss_weight) const;
  double view_split_loss_weight(double temperature) const;
  double optimum(double loss_weight, double temperature) const;
  double loss(double z, double loss_weight, double temperature) const;
  double within_per_log_temperature(double z, double loss_weight, double temperature) const;
  double within_per_loss_weight(double z, double loss_weight, double temperature) const;

  const std::vector<BatchTerm>& terms() const { return terms_; }

 private:
  struct Slopes {
    double supervised = 0;  // dL_sup/dz and dL_self/dz, averaged
    double self_supervised = 0;
    double supervised_curvature = 0;
    double self_supervised_curvature = 0;
  };
  Slopes slopes(double z, double temperature) const;
  Slopes first_slopes(double z, double temperature) const;       // without the curvatures
  double plain_supcon_loss(double z, double temperature) const;  // each anchor at its own loss weight
  double self_supervised_optimum(double temperature, double z_max) const;
  double x(double temperature) const { return classes_ / ((classes_ - 1) * temperature); }

  std::vector<BatchTerm> terms_;
  std::vector<double> plain_weights_;  // of plain SupCon's anchors; empty for other conventions
  double classes_;
  double dataset_share_;
  double views_;
  double own_image_share_;
  double between_growth_;  // c - 1
  bool decoupled_;
};

}  // namespace ssem::advisor
