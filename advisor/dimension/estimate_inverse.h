// Estimator E1 turned round (variance_estimate.h): the loss weight of a variance, and how the variance moves.
#pragma once

#include "advisor/dimension/variance_estimate.h"
#include "advisor/model/balanced_batch.h"

namespace ssem::advisor {

// The loss weight at which w is where the loss is stationary. E1's loss is linear in the loss weight, so at fixed w and
// e it is a quotient of slopes; e is the root of the slope along it. one_minus < 0: none has. `input.loss_weight` plays
// no part. The stationary point is not the deepest one everywhere: hold it against the estimate itself. About as dear
// as one estimate.
LossWeight loss_weight_of_estimate(VarianceEstimateInput input, double within_class_variance);

struct EstimateSlopes {
  double per_log_temperature = 0;
  double per_loss_weight = 0;
};

// d w / d log temperature and d w / d loss_weight at an estimate w > 0, from the slopes of the loss around it (implicit
// function theorem; the second derivatives are differences of slopes). Half as dear as one estimate.
EstimateSlopes slopes_of_estimate(const VarianceEstimateInput& input, const VarianceEstimate& estimate);

}  // namespace ssem::advisor
