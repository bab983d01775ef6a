// Which part of the theory holds in the user's dimension (theory.md, section 3), and its collapse boundary.
#pragma once

#include <optional>

#include "advisor/evaluation.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

// Absent when the dimension was not given. On a data set of M images of a class mM - 1 is the bound, not mn - 1;
// a random batch without a stated data set draws from infinite data and is never exact.
std::optional<DimensionRegime> dimension_regime(const Problem& problem);

struct CollapseBoundary {
  LossWeight loss_weight;
  bool estimated = false;  // from a model of the class means, not from their minimum
};

// On a line every loss weight below 1 collapses; at 1 labels play no part. `roomy` is the threshold where there is
// room.
LossWeight threshold_on_a_line(const LossWeight& roomy);

// The collapse boundary that holds in the problem's dimension. Closed form but below m - 1 dimensions, where the class
// means are placed numerically (cached; up to seconds the first time) unless `closed_form_only`.
class DimensionBoundary {
 public:
  // Both must outlive it.
  DimensionBoundary(const Problem& problem, const SsemModel& model);
  DimensionBoundary(const Problem&&, const SsemModel&) = delete;
  DimensionBoundary(const Problem&, const SsemModel&&) = delete;

  CollapseBoundary loss_weight_threshold(double temperature, bool closed_form_only = false) const;
  double temperature_threshold(double loss_weight, bool closed_form_only = false) const;
  std::optional<DimensionRegime> regime() const { return regime_; }
  const Problem& problem() const { return problem_; }

 private:
  const Problem& problem_;
  const SsemModel& model_;
  std::optional<DimensionRegime> regime_;
};

}  // namespace ssem::advisor
