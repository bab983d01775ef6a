#include "advisor/evaluate/mixed_evaluation.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "advisor/dimension/dimension_regime.h"
#include "advisor/dimension/estimate_inverse.h"
#include "advisor/evaluate/loss_ladder.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/evaluate/warnings.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/log_search.h"

namespace ssem::advisor {
namespace {

constexpr double kStep = 1e-5;

bool estimated(std::optional<DimensionRegime> regime) {
  return regime == DimensionRegime::boundary_exact || regime == DimensionRegime::tangent_only;
}

Sensitivity sensitivity(const MixedLoss& mixed, double loss_weight, double temperature) {
  const auto within = [&](double a, double t) { return mixed.within_class_variance(mixed.optimum(a, t), t); };
  const double low = loss_weight * (1 - kStep);
  const double high = std::min(1.0, loss_weight * (1 + kStep));
  const double factor = std::exp(kStep);
  return {(within(loss_weight, temperature * factor) - within(loss_weight, temperature / factor)) / (2 * kStep),
          (within(high, temperature) - within(low, temperature)) / (high - low)};
}

// The ladder is linear in the loss weight: the loss's own and, with random or equal embeddings, plain SupCon's.
LossLadder ladder(const Problem& problem, const SsemModel& model, const MixedLoss& mixed, double loss_weight,
                  double temperature, double optimum) {
  LossLadder result = loss_ladder(problem, model, 0, temperature, optimum);
  result.collapsed = mixed.loss(0, loss_weight, temperature);
  Problem outside = problem;
  outside.convention = Convention::supcon;
  const LossLadder other = loss_ladder(outside, model, 0, temperature, optimum);
  const auto both = [&](double own, double beside) { return (1 - loss_weight) * own + loss_weight * beside; };
  result.all_equal = both(result.all_equal, other.all_equal);
  if (result.initialisation) result.initialisation = both(*result.initialisation, *other.initialisation);
  return result;
}

double temperature_threshold(const Problem& problem, const SsemModel& model, const MixedLoss& mixed,
                             double loss_weight) {
  if (dimension_regime(problem) != DimensionRegime::tangent_only) return mixed.temperature_threshold(loss_weight);
  const auto collapsed = [&](double temperature) {
    return is_collapsed(loss_weight, mixed_threshold(problem, model, mixed, temperature));
  };
  if (collapsed(kLowestSearched)) return 0;
  if (!collapsed(kHighestSearched)) return kInfinity;
  return bisect_log(kLowestSearched, kHighestSearched, 1e-15, collapsed);
}

}  // namespace

LossWeight mixed_threshold(const Problem& problem, const SsemModel& model, const MixedLoss& mixed, double temperature) {
  if (dimension_regime(problem) != DimensionRegime::tangent_only) return mixed.loss_weight_threshold(temperature);
  if (*problem.dimension < 2) return threshold_on_a_line(mixed.loss_weight_threshold(temperature));
  // Without a direction beside the class means the estimate's slope at 0 knows what the spread there costs.
  return loss_weight_of_estimate(estimate_input(problem, model, 0, temperature), 0);
}

LossWeight mixed_loss_weight_for(const Problem& problem, const SsemModel& model, double within_class_variance,
                                 double temperature) {
  if (!estimated(dimension_regime(problem)) || *problem.dimension < 2) {
    return MixedLoss::of(problem, model)->loss_weight_for(within_class_variance, temperature);
  }
  return loss_weight_of_estimate(estimate_input(problem, model, 0, temperature), within_class_variance);
}

MixedPoint mixed_point(const Problem& problem, const SsemModel& model, const MixedLoss& mixed, double loss_weight,
                       double temperature) {
  const auto regime = dimension_regime(problem);
  MixedPoint point;
  point.z = mixed.optimum(loss_weight, temperature);
  point.within_class_variance = mixed.within_class_variance(point.z, temperature);
  if (!estimated(regime)) return point;
  const DimensionedVariance in_dimension =
      dimensioned_variance(problem, model, regime, false, loss_weight, temperature);
  if (!in_dimension.within_class_variance) return point;
  point.within_class_variance = *in_dimension.within_class_variance;
  point.estimate = in_dimension.estimate;
  return point;
}

Evaluation evaluate_mixed(const Problem& problem, double loss_weight, double temperature) {
  const SsemModel model(problem);
  const std::unique_ptr<MixedLoss> own = MixedLoss::of(problem, model);
  const MixedLoss& mixed = *own;
  Evaluation result;
  result.problem = problem;
  result.loss_weight = loss_weight;
  result.temperature = temperature;
  result.dimension_regime = dimension_regime(problem);
  const LossWeight threshold = mixed_threshold(problem, model, mixed, temperature);
  result.loss_weight_threshold = threshold.value;
  result.one_minus_loss_weight_threshold = threshold.one_minus;
  result.temperature_threshold = temperature_threshold(problem, model, mixed, loss_weight);
  result.collapsed = is_collapsed(loss_weight, threshold);
  result.margin = margin_to(loss_weight, 1 - loss_weight, threshold, temperature, result.temperature_threshold);

  const MixedPoint point =
      result.collapsed ? MixedPoint{} : mixed_point(problem, model, mixed, loss_weight, temperature);
  const double ideal = mixed.within_class_variance(point.z, temperature);
  const double ideal_loss = mixed.loss(point.z, loss_weight, temperature);
  const double within = point.within_class_variance;
  const double apart = point.estimate ? within / model.batch().dataset_share() : temperature * point.z;
  result.one_minus_within_class_similarity = apart;
  result.within_class_similarity = 1 - apart;
  result.within_class_variance = within;
  result.between_class_variance = 1 - within;
  result.between_class_similarity = (within - 1) / (model.batch().classes() - 1);
  result.max_within_class_variance = std::max(model.max_within_class_variance(), within);
  result.loss_value = point.estimate ? point.estimate->loss_value : ideal_loss;
  result.large_dimension = LargeDimension{ideal, 1 - ideal, 1 - temperature * point.z, ideal_loss};
  result.loss_ladder = ladder(problem, model, mixed, loss_weight, temperature, *result.loss_value);
  result.sensitivity = Sensitivity{};
  if (point.estimate) {
    const EstimateSlopes slopes =
        slopes_of_estimate(estimate_input(problem, model, loss_weight, temperature), *point.estimate);
    result.sensitivity = Sensitivity{slopes.per_log_temperature, slopes.per_loss_weight};
  } else if (!result.collapsed) {
    result.sensitivity = sensitivity(mixed, loss_weight, temperature);
  }
  if (result.dimension_regime && result.dimension_regime != DimensionRegime::no_simplex) {
    result.estimated_within_class_variance = within;
  }
  add_warnings(result, false);
  return result;
}

}  // namespace ssem::advisor
