// The loss that estimator E1 minimises (variance_estimate.h has the formula), with its slopes, at one variance w and
// one share e of it in the span of the class means. Linear in the loss weight.
#pragma once

#include "advisor/dimension/similarity_moments.h"
#include "advisor/dimension/variance_estimate.h"

namespace ssem::advisor {

struct LossPoint {
  double value = 0;
  double by_variance = 0;
  double by_share = 0;
};

// Linear in the number of terms. Keeps a reference to the input.
class SpreadLoss {
 public:
  explicit SpreadLoss(const VarianceEstimateInput& input);

  const SimilarityMoments& model() const { return model_; }
  double slope_scale() const { return slope_ + 1 / input_.temperature; }

  LossPoint at(double w, double e) const;
  LossPoint slopes_at(double w, double e) const;  // the same without the value: no logarithms

 private:
  struct Similarities;
  Similarities similarities(double w, double e) const;
  void add_against_negatives(LossPoint& total, const Similarities& s, const BatchTerm& term) const;
  template <bool kWithValue>
  LossPoint sum(double w, const Similarities& s) const;

  const VarianceEstimateInput& input_;
  double inverse_instances_;
  SimilarityMoments model_;
  double slope_;
  double mean_partners_ = 0;
};

}  // namespace ssem::advisor
