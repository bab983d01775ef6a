#include "advisor/evaluation.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/estimate_inverse.h"
#include "advisor/evaluate/loss_ladder.h"
#include "advisor/evaluate/mixed_evaluation.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/evaluate/warnings.h"
#include "advisor/imbalance/imbalance.h"
#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/log_math.h"
#include "advisor/recommend/expected_in_training.h"

namespace ssem::advisor {
namespace {

// No loss weight lies below a threshold that is not positive.
std::optional<double> positive(std::optional<double> threshold) {
  return threshold && *threshold > 0 ? threshold : std::nullopt;
}

// A rounding above 1 is 1: "at every loss weight" would say that 1 collapses by more than a rounding.
LossWeight without_rounding(LossWeight threshold) {
  constexpr double kRounding = 4e-16;
  return std::abs(threshold.one_minus) <= kRounding && threshold.value > 1 ? LossWeight{1, 0} : threshold;
}

Evaluation evaluate_imbalanced(const Problem& problem, double loss_weight, double temperature) {
  Evaluation result;
  result.problem = problem;
  const bool fixed = has_fixed_loss_weight(problem.convention);
  if (!fixed) result.loss_weight = loss_weight;
  result.temperature = temperature;
  result.dimension_regime = dimension_regime(problem);
  const ImbalanceModel model(problem);
  const ImbalanceModel::Thresholds thresholds = model.thresholds(temperature);
  result.per_class = evaluate_classes(problem, model, thresholds, loss_weight, temperature, result.warnings);
  bool all_collapsed = true;
  for (ClassEvaluation& row : result.per_class) {
    if (fixed) {
      row.loss_weight_threshold = 1;
      row.collapsed = true;
      row.estimated_within_class_variance = 0.0;
    }
    result.collapsed = result.collapsed || row.collapsed;
    all_collapsed = all_collapsed && row.collapsed;
    result.loss_weight_threshold = std::max(result.loss_weight_threshold, row.loss_weight_threshold);
  }
  result.loss_ladder = loss_ladder(problem, model, thresholds.means, loss_weight, temperature, all_collapsed);
  result.one_minus_loss_weight_threshold = 1 - result.loss_weight_threshold;
  result.temperature_threshold = fixed ? 0.0 : class_temperature_threshold(model, loss_weight);
  result.margin =
      margin_to(loss_weight, 1 - loss_weight, {result.loss_weight_threshold, result.one_minus_loss_weight_threshold},
                temperature, result.temperature_threshold);
  result.warnings.push_back({"per_class_only",
                             "With unequal classes there is no single similarity or variance: each class has its own. "
                             "Collapse and the thresholds are those of the class that collapses first."});
  add_warnings(result, false);
  return result;
}

}  // namespace

void scale_to_logged(Evaluation& evaluation) {
  if (!evaluation.problem.base_temperature) return;
  const double scale = evaluation.temperature / *evaluation.problem.base_temperature;
  if (evaluation.loss_value) *evaluation.loss_value *= scale;
  if (evaluation.large_dimension) evaluation.large_dimension->loss_value *= scale;
  if (!evaluation.loss_ladder) return;
  LossLadder& ladder = *evaluation.loss_ladder;
  if (ladder.initialisation) *ladder.initialisation *= scale;
  ladder.all_equal *= scale;
  if (ladder.collapsed) *ladder.collapsed *= scale;
  if (ladder.optimum) *ladder.optimum *= scale;
}

Margin margin_to(double loss_weight, double one_minus_loss_weight, const LossWeight& threshold, double temperature,
                 double temperature_threshold) {
  Margin margin;
  const double own = logit(loss_weight, one_minus_loss_weight);
  if (threshold.one_minus <= 0) {
    margin.loss_weight_logit = -kInfinity;
  } else if (loss_weight > 0 || threshold.value > 0) {
    margin.loss_weight_logit = own - logit(threshold.value, threshold.one_minus);
  }  // both 0: on the threshold
  margin.log_temperature = std::log(temperature_threshold / temperature);
  return margin;
}

VarianceEstimateInput estimate_input(const Problem& problem, const SsemModel& model, double loss_weight,
                                     double temperature) {
  const BalancedBatch& batch = model.batch();
  const bool one_batch = problem.imbalanced() && problem.sampling == Sampling::balanced;
  VarianceEstimateInput input;
  input.convention = problem.convention;
  input.classes = batch.classes();
  input.geometry_instances = one_batch ? batch.instances() : problem.dataset_instances();
  input.views = batch.views();
  if (problem.dimension) input.dimension = static_cast<double>(*problem.dimension);
  input.loss_weight = loss_weight;
  input.temperature = temperature;
  input.terms = model.estimate_terms();
  input.positives_by_pairs = problem.reduction == Reduction::pair_mean;
  return input;
}

DimensionedVariance dimensioned_variance(const Problem& problem, const SsemModel& model,
                                         std::optional<DimensionRegime> regime, bool collapsed, double loss_weight,
                                         double temperature, std::optional<double> start) {
  if (!regime) return {std::nullopt, true};
  if (collapsed) return {0.0, true};
  if (*regime == DimensionRegime::exact) {
    return {model.within_class_variance(model.optimum(loss_weight, temperature), temperature), true};
  }
  const bool labels_matter = loss_weight < 1 || problem.classes_per_batch < problem.classes;
  if (!labels_matter) return {model.max_within_class_variance(), false};
  if (*regime == DimensionRegime::no_simplex) return {std::nullopt, false};
  VarianceEstimateInput input = estimate_input(problem, model, loss_weight, temperature);
  input.start_within_class_variance = start;
  const VarianceEstimate estimate = estimate_within_class_variance(input);
  if (!estimate.converged) return {std::nullopt, false};
  return {estimate.within_class_variance, false, estimate};
}

Evaluation evaluate_point(const Problem& problem, const SsemModel& model, const DimensionBoundary& boundary,
                          double loss_weight, double temperature) {
  Evaluation result;
  result.problem = problem;
  const bool fixed = has_fixed_loss_weight(problem.convention);
  // Anchors of different batches weigh their own images differently: no single pair of weight and threshold.
  const bool one_weight = !fixed || acts_like_one_loss_weight(problem);
  if (one_weight) result.loss_weight = loss_weight;
  result.temperature = temperature;
  result.dimension_regime = boundary.regime();

  CollapseBoundary threshold = boundary.loss_weight_threshold(temperature);
  if (!one_weight || (fixed && !is_collapsed(loss_weight, threshold.loss_weight))) threshold = {{1, 0}, false};
  threshold.loss_weight = without_rounding(threshold.loss_weight);
  result.loss_weight_threshold = threshold.loss_weight.value;
  result.one_minus_loss_weight_threshold = threshold.loss_weight.one_minus;
  result.temperature_threshold = boundary.temperature_threshold(loss_weight);
  result.collapsed = fixed || is_collapsed(loss_weight, threshold.loss_weight);
  result.margin =
      margin_to(loss_weight, 1 - loss_weight, threshold.loss_weight, temperature, result.temperature_threshold);
  if (one_weight) result.view_split_loss_weight = positive(model.view_split_loss_weight(temperature));
  result.view_split = !fixed && result.view_split_loss_weight && loss_weight < *result.view_split_loss_weight;

  const double z = result.collapsed ? 0 : model.optimum(loss_weight, temperature);
  const double ideal = model.within_class_variance(z, temperature);
  result.large_dimension =
      LargeDimension{ideal, 1 - ideal, 1 - temperature * z, model.loss(z, loss_weight, temperature)};
  const DimensionedVariance dimensioned =
      dimensioned_variance(problem, model, boundary.regime(), result.collapsed, loss_weight, temperature);
  result.estimated_within_class_variance = dimensioned.within_class_variance;
  const bool estimated = !dimensioned.exact && dimensioned.within_class_variance;
  const double within = estimated ? *dimensioned.within_class_variance : ideal;
  const double apart = estimated ? within / model.batch().dataset_share() : temperature * z;
  result.one_minus_within_class_similarity = apart;
  result.within_class_similarity = 1 - apart;
  result.within_class_variance = within;
  result.between_class_variance = 1 - within;
  result.between_class_similarity = (within - 1) / (model.batch().classes() - 1);
  // A batch with few of the classes repels classmates more than the simplex of all images does.
  result.max_within_class_variance = model.max_within_class_variance();
  if (problem.classes_per_batch < problem.classes) {
    result.max_within_class_variance = std::max(model.max_within_class_variance(), within);
  }
  result.loss_value = result.large_dimension->loss_value;
  result.sensitivity = Sensitivity{model.within_per_log_temperature(z, loss_weight, temperature),
                                   model.within_per_loss_weight(z, loss_weight, temperature)};
  if (dimensioned.estimate) {
    result.loss_value = dimensioned.estimate->loss_value;
    const EstimateSlopes slopes =
        slopes_of_estimate(estimate_input(problem, model, loss_weight, temperature), *dimensioned.estimate);
    result.sensitivity = Sensitivity{slopes.per_log_temperature, slopes.per_loss_weight};
  }
  result.loss_ladder = loss_ladder(problem, model, loss_weight, temperature, *result.loss_value);
  add_warnings(result, threshold.estimated);
  return result;
}

Evaluation evaluate(const EvaluationRequest& request) {
  const Problem& problem = request.problem;
  const bool fixed = has_fixed_loss_weight(problem.convention);
  const bool mixed = may_be_mixed(problem.convention) && request.loss_weight.value_or(0) > 0 && problem.views > 1;
  const double loss_weight = fixed ? plain_supcon_loss_weight(problem) : request.loss_weight.value_or(0);
  Evaluation result;
  if (problem.imbalanced()) {
    result = evaluate_imbalanced(problem, loss_weight, request.temperature);
  } else if (mixed) {
    result = evaluate_mixed(problem, *request.loss_weight, request.temperature);
  } else {
    const SsemModel model(problem);
    const DimensionBoundary boundary(problem, model);
    result = evaluate_point(problem, model, boundary, loss_weight, request.temperature);
  }
  if (mixed && problem.imbalanced()) {
    result.warnings.push_back(mixed_not_covered(problem));
  } else if (problem.convention == Convention::supcon && request.loss_weight) {
    result.warnings.push_back(loss_weight_ignored(problem));
  }
  scale_to_logged(result);
  result.assumed = assumptions(problem);
  return result;
}

Evaluation evaluate_with_expectation(const EvaluationRequest& request) {
  Evaluation result = evaluate(request);
  if (result.loss_weight) {
    result.expected_in_training = expected_in_training(result.problem, *result.loss_weight, result.temperature);
  }
  return result;
}

Evaluation evaluate_in_full(const EvaluationRequest& request) {
  Evaluation result = evaluate_with_expectation(request);
  const auto problem = with_other_sampling(request.problem);
  if (!problem || result.assumed.empty() || !result.within_class_variance) return result;
  const Evaluation other = evaluate({*problem, request.loss_weight, request.temperature});
  const double here = *result.within_class_variance, there = other.within_class_variance.value_or(0);
  const bool alike = std::abs(here - there) <= kNotablyOther * std::max(here, there);
  if (other.collapsed == result.collapsed && alike) return result;
  result.assumed.front().otherwise =
      OtherAnswer{std::string(name(problem->sampling)), other.loss_weight.value_or(request.loss_weight.value_or(0)),
                  request.temperature, there, other.collapsed};
  return result;
}

}  // namespace ssem::advisor
