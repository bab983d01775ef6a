// supcon_in and negatives_only with a loss weight above 0: what a weight of a self-supervised term beside it does.
#pragma once

#include <optional>

#include "advisor/dimension/variance_estimate.h"
#include "advisor/evaluation.h"
#include "advisor/model/mixed_loss.h"

namespace ssem::advisor {

struct MixedPoint {
  double z = 0;                              // SSEM's optimum
  double within_class_variance = 0;          // in the problem's dimension
  std::optional<VarianceEstimate> estimate;  // where E1 gave it
};

// Collapsed up to it. At dimension classes - 1 it is the higher one of the estimate; below, a guide.
LossWeight mixed_threshold(const Problem& problem, const SsemModel& model, const MixedLoss& mixed, double temperature);
// The loss weight whose optimum has this variance; one_minus < 0: none has.
LossWeight mixed_loss_weight_for(const Problem& problem, const SsemModel& model, double within_class_variance,
                                 double temperature);
// Where nothing collapses.
MixedPoint mixed_point(const Problem& problem, const SsemModel& model, const MixedLoss& mixed, double loss_weight,
                       double temperature);

// Equal classes, loss_weight in (0, 1]. SSEM's numbers (mixed_loss.h) where every image finds room, estimator E1's
// from classes - 1 dimensions on; below it SSEM's are a guide, which the warning `mixed_not_covered` says. Tens of
// microseconds.
Evaluation evaluate_mixed(const Problem& problem, double loss_weight, double temperature);

}  // namespace ssem::advisor
