#include "advisor/evaluate/mixed_evaluation.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/dimension_regime.h"
#include "advisor/evaluate/loss_ladder.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/evaluate/warnings.h"
#include "advisor/model/mixed_supcon_in.h"

namespace ssem::advisor {
namespace {

constexpr double kStep = 1e-5;

Sensitivity sensitivity(const MixedSupconIn& mixed, double loss_weight, double temperature) {
  const auto within = [&](double a, double t) { return mixed.within_class_variance(mixed.optimum(a, t), t); };
  const double low = loss_weight * (1 - kStep);
  const double high = std::min(1.0, loss_weight * (1 + kStep));
  const double factor = std::exp(kStep);
  return {(within(loss_weight, temperature * factor) - within(loss_weight, temperature / factor)) / (2 * kStep),
          (within(high, temperature) - within(low, temperature)) / (high - low)};
}

// The ladder is linear in the loss weight: supcon_in's and, with random or equal embeddings, plain SupCon's.
LossLadder ladder(const Problem& problem, const SsemModel& model, const MixedSupconIn& mixed, double loss_weight,
                  double temperature, double optimum) {
  LossLadder result = loss_ladder(problem, model, 0, temperature, optimum);
  result.collapsed = mixed.loss(0, loss_weight, temperature);
  if (result.initialisation) {
    Problem outside = problem;
    outside.convention = Convention::supcon;
    const LossLadder other = loss_ladder(outside, model, 0, temperature, optimum);
    result.initialisation = (1 - loss_weight) * *result.initialisation + loss_weight * *other.initialisation;
  }
  return result;
}

}  // namespace

Evaluation evaluate_mixed(const Problem& problem, double loss_weight, double temperature) {
  const SsemModel model(problem);
  const MixedSupconIn mixed(problem, model);
  Evaluation result;
  result.problem = problem;
  result.loss_weight = loss_weight;
  result.temperature = temperature;
  result.dimension_regime = dimension_regime(problem);
  const LossWeight threshold = mixed.loss_weight_threshold(temperature);
  result.loss_weight_threshold = threshold.value;
  result.one_minus_loss_weight_threshold = threshold.one_minus;
  result.temperature_threshold = mixed.temperature_threshold(loss_weight);
  result.collapsed = is_collapsed(loss_weight, threshold);
  result.margin = margin_to(loss_weight, 1 - loss_weight, threshold, temperature, result.temperature_threshold);

  const double z = result.collapsed ? 0 : mixed.optimum(loss_weight, temperature);
  const double within = mixed.within_class_variance(z, temperature);
  result.one_minus_within_class_similarity = temperature * z;
  result.within_class_similarity = 1 - temperature * z;
  result.within_class_variance = within;
  result.between_class_variance = 1 - within;
  result.between_class_similarity = (within - 1) / (model.batch().classes() - 1);
  result.max_within_class_variance = std::max(model.max_within_class_variance(), within);
  result.loss_value = mixed.loss(z, loss_weight, temperature);
  result.large_dimension = LargeDimension{within, 1 - within, *result.within_class_similarity, *result.loss_value};
  result.loss_ladder = ladder(problem, model, mixed, loss_weight, temperature, *result.loss_value);
  result.sensitivity = result.collapsed ? Sensitivity{} : sensitivity(mixed, loss_weight, temperature);
  if (result.dimension_regime && (result.collapsed || result.dimension_regime == DimensionRegime::exact)) {
    result.estimated_within_class_variance = within;
  }
  add_warnings(result, false);
  return result;
}

}  // namespace ssem::advisor
