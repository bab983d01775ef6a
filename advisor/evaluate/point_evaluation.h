// One point of one problem with balanced classes: evaluate() without looking the problem up again.
#pragma once

#include "advisor/dimension/dimension_regime.h"
#include "advisor/dimension/variance_estimate.h"
#include "advisor/evaluation.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

// The within-class variance in the problem's dimension: SSEM's where that is exact, estimator E1 elsewhere, 0 where
// collapsed, the mean over labellings at loss weight 1, absent below dimension m - 1.
// `start` is a nearby solution, where one is known.
struct DimensionedVariance {
  std::optional<double> within_class_variance;
  bool exact = true;
  std::optional<VarianceEstimate> estimate = {};  // where E1 gave it
};
// What E1 is asked there; for a problem without a dimension the caller puts one in. The terms are the model's, which
// must outlive it.
VarianceEstimateInput estimate_input(const Problem& problem, const SsemModel& model, double loss_weight,
                                     double temperature);
DimensionedVariance dimensioned_variance(const Problem& problem, const SsemModel& model,
                                         std::optional<DimensionRegime> regime, bool collapsed, double loss_weight,
                                         double temperature, std::optional<double> start = std::nullopt);

// `boundary` must have been made from the same problem and model. The loss weight must be the one in force.
Evaluation evaluate_point(const Problem& problem, const SsemModel& model, const DimensionBoundary& boundary,
                          double loss_weight, double temperature);

// Losses as a library logs them that multiplies by temperature / base_temperature; nothing without one.
void scale_to_logged(Evaluation& evaluation);

Margin margin_to(double loss_weight, double one_minus_loss_weight, const LossWeight& threshold, double temperature,
                 double temperature_threshold);

}  // namespace ssem::advisor
