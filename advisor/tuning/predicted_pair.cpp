#include "advisor/tuning/predicted_pair.h"

#include "advisor/evaluate/point_evaluation.h"
#include "advisor/model/advised_model.h"

namespace ssem::advisor::tuning {

PredictedPair predicted_pair(const Problem& problem, const PairOfValues& pair) {
  const auto& [loss_weight, temperature] = pair;
  const bool in_range =
      temperature >= kLowestTemperature && temperature <= kHighestTemperature && loss_weight >= 0 && loss_weight <= 1;
  if (!in_range || has_fixed_loss_weight(problem.convention)) return {};
  const SsemModel model = advised_model(problem);
  const DimensionBoundary boundary(problem, model);
  const bool by_class = problem.imbalanced();
  const LossWeight threshold = by_class ? model.loss_weight_threshold(temperature)
                                        : boundary.loss_weight_threshold(temperature, true).loss_weight;
  const bool collapsed = is_collapsed(loss_weight, threshold);
  const auto split = model.view_split_loss_weight(temperature);
  PredictedPair predicted;
  predicted.admitted = !collapsed && (!split || loss_weight >= *split);
  if (collapsed) return predicted;
  const auto in_dimension =
      by_class ? DimensionedVariance{}
               : dimensioned_variance(problem, model, boundary.regime(), false, loss_weight, temperature);
  predicted.within_class_variance =
      in_dimension.within_class_variance
          ? *in_dimension.within_class_variance
          : model.within_class_variance(model.optimum(loss_weight, temperature), temperature);
  return predicted;
}

}  // namespace ssem::advisor::tuning
