#include "advisor/recommendation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/evaluate/mixed_evaluation.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/evaluate/safe_temperatures.h"
#include "advisor/evaluate/warnings.h"
#include "advisor/model/advised_model.h"
#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommend/alternatives.h"
#include "advisor/recommend/change_to.h"
#include "advisor/recommend/chosen_point.h"
#include "advisor/recommend/expected_in_training.h"
#include "advisor/recommend/goal_point.h"
#include "advisor/recommend/snippets.h"

namespace ssem::advisor {
namespace {

constexpr double kResolvable = 1e-3;
constexpr double kRounding = 1e-6;
constexpr std::size_t kMostNamedClasses = 8;

// The highest threshold among the classes that have pairs in a batch.
double highest_threshold_with_pairs(const Evaluation& evaluation) {
  double highest = 0;
  for (const ClassEvaluation& row : evaluation.per_class) {
    if (row.instances_in_batch >= 2) highest = std::max(highest, row.loss_weight_threshold);
  }
  return highest;
}

void name_collapsed_classes(const Evaluation& evaluation, std::vector<std::string>& why) {
  std::size_t collapsed = 0;
  std::string names;
  for (const ClassEvaluation& row : evaluation.per_class) {
    if (!row.collapsed) continue;
    if (++collapsed <= kMostNamedClasses) {
      names += (collapsed > 1 ? ", " : "") + std::to_string(row.class_index) + " (" + std::to_string(row.class_count) +
               " images)";
    }
  }
  if (collapsed == 0) {
    why.push_back("No class collapses at this point.");
  } else {
    why.push_back(std::to_string(collapsed) + " of " + std::to_string(evaluation.per_class.size()) +
                  " classes still collapse: " + names + (collapsed > kMostNamedClasses ? ", ..." : "") + ".");
  }
}

// Unequal classes are advised at one effective number of instances; the classes themselves have the last word.
Evaluation settle_imbalanced(const RecommendationRequest& request, ChosenPoint& chosen) {
  const Problem& problem = request.problem;
  Evaluation evaluation = evaluate({problem, chosen.loss_weight, chosen.temperature});
  chosen.why.insert(chosen.why.begin(),
                    problem.reduction == Reduction::anchor_mean
                        ? "Classes are unequal: the advice is solved for the smallest class with pairs in a batch (" +
                              number_text(effective_instances(problem)) + " images); this choice is a heuristic."
                        : "Classes are unequal: the advice is solved for the common effective number of images, " +
                              number_text(effective_instances(problem)) + "; this choice is a heuristic.");
  const bool movable = !request.loss_weight && !has_fixed_loss_weight(problem.convention);
  const double threshold = highest_threshold_with_pairs(evaluation);
  const double required = threshold / (threshold + (1 - threshold) * std::exp(-kRequiredLossWeightLogitMargin));
  if (movable && threshold < 1 && chosen.loss_weight < required) {
    chosen.loss_weight = required;
    chosen.why.push_back("The loss weight is raised to " + number_text(required) +
                         " so that the class with pairs that collapses first keeps its margin.");
    evaluation = evaluate({problem, chosen.loss_weight, chosen.temperature});
  }
  name_collapsed_classes(evaluation, chosen.why);
  return evaluation;
}

// Plain SupCon has nothing to choose: the nearest convention that has is chosen for instead.
ChosenPoint choose_instead_of_supcon(const RecommendationRequest& request, double target) {
  RecommendationRequest other = request;
  other.problem.convention = Convention::anchor_excluded;
  other.problem.views = std::max<std::int64_t>(2, other.problem.views);  // one has nothing to weigh
  other.loss_weight.reset();
  const SsemModel model = advised_model(other.problem);
  const DimensionBoundary boundary(other.problem, model);
  ChosenPoint chosen = choose_point(other, model, boundary, target);
  const bool reachable = chosen.feasible;
  const double loss_weight = chosen.loss_weight;
  chosen.feasible = false;
  const std::string own_name(name(request.problem.convention));
  const bool mixed = may_be_mixed(request.problem.convention) && request.loss_weight.value_or(0) > 0;
  chosen.why = {mixed ? own_name +
                            " alone collapses every class at every temperature; the numbers here are those with a "
                            "self-supervised term of loss weight " +
                            number_text(*request.loss_weight) + " beside it."
                      : std::string("This loss has no loss weight of its own and collapses every class at every "
                                    "temperature: no within-class "
                                    "variance can be reached.")};
  if (acts_like_one_loss_weight(request.problem)) {
    chosen.why.push_back("In this batch plain SupCon acts like loss weight " +
                         number_text(plain_supcon_loss_weight(request.problem)) + " of the self-supervised term.");
  }
  if (reachable) {
    chosen.what_would_help.insert(
        chosen.what_would_help.begin(),
        "The same loss with its own loss weight (anchor_excluded) reaches the target: loss weight " +
            number_text(loss_weight) + " at temperature " + number_text(chosen.temperature) +
            ". what_to_type has the lines.");
  }
  if (may_be_mixed(request.problem.convention) && !request.problem.imbalanced()) {
    const SsemModel own(request.problem);
    const LossWeight beside = mixed_loss_weight_for(request.problem, own, target, chosen.temperature);
    const auto regime = dimension_regime(request.problem);
    if (target < own.max_within_class_variance() && beside.one_minus > 0) {
      chosen.what_would_help.push_back(
          "Mixed with a self-supervised term of loss weight " + number_text(beside.value) + " " + own_name +
          " has within-class variance " + number_text(target) + " at this temperature" +
          (!regime || *regime == DimensionRegime::no_simplex ? ", where every image finds room." : "."));
    }
  }
  return chosen;
}

void explain_dimension(const Evaluation& evaluation, std::vector<std::string>& why) {
  if (!evaluation.dimension_regime || !evaluation.within_class_variance) return;
  const Problem& problem = evaluation.problem;
  const std::string dimension = std::to_string(*problem.dimension);
  switch (*evaluation.dimension_regime) {
    case DimensionRegime::exact:
      why.push_back("Dimension " + dimension + " holds every image apart: the prediction is exact.");
      break;
    case DimensionRegime::boundary_exact: {
      why.push_back("Dimension " + dimension + " >= " + std::to_string(problem.classes) +
                    (evaluation.collapsed ? " classes: the collapse threshold is exact."
                                          : " classes: the collapse threshold is exact, the variance is estimated."));
      break;
    }
    case DimensionRegime::tangent_only:
    case DimensionRegime::no_simplex:
      why.push_back("Dimension " + dimension + " < " + std::to_string(problem.classes) +
                    " classes raises the collapse threshold; prefer dimension >= classes.");
      break;
  }
}

// Takes back `feasible` where the point, evaluated, is not what the curve promised.
void recheck_feasibility(const Evaluation& evaluation, double target, ChosenPoint& chosen) {
  const Problem& problem = evaluation.problem;
  if (problem.imbalanced()) {
    for (const ClassEvaluation& row : evaluation.per_class) {
      if (row.collapsed && row.instances_in_batch >= 2) chosen.feasible = false;
    }
    if (!chosen.feasible) {
      chosen.what_would_help.push_back(
          "A larger batch, or a sampler that draws the rare classes more often, brings their images together.");
    }
    return;
  }
  if (evaluation.collapsed) {
    chosen.feasible = false;
    chosen.why.push_back("In this dimension that point collapses: the class means need at least " +
                         std::to_string(problem.classes) + " dimensions to leave room within the classes.");
    chosen.what_would_help.push_back("An embedding dimension of at least " + std::to_string(problem.classes) +
                                     " (the number of classes) reaches the target.");
  } else if (std::abs(*evaluation.within_class_variance - target) > kResolvable * target) {
    chosen.feasible = false;
    chosen.why.push_back(
        "At this temperature the target hangs on digits of the loss weight that a double does not have: "
        "the nearest one gives " +
        number_text(*evaluation.within_class_variance) + ".");
    chosen.what_would_help.push_back("A higher temperature: the recommendation without a fixed value shows where.");
  }
}

std::string margin_sentence(const Margin& margin) {
  const bool kept = margin.loss_weight_logit >= kRequiredLossWeightLogitMargin * (1 - kRounding) &&
                    margin.log_temperature >= kRequiredLogTemperatureMargin * (1 - kRounding);
  return std::string(kept ? "It keeps its distance from collapse" : "It is closer to collapse than asked for") +
         ": logit(loss weight) lies " + number_text(margin.loss_weight_logit) + " above the threshold's (asked " +
         number_text(kRequiredLossWeightLogitMargin) + "), the temperature a factor " +
         number_text(std::exp(margin.log_temperature)) + " below the threshold (asked " +
         number_text(std::exp(kRequiredLogTemperatureMargin)) + ").";
}

// Plain SupCon and unequal classes have no point of their own for a goal.
bool aims_at_goal(const RecommendationRequest& request) {
  return request.problem.goal != Goal::unknown && !request.target_within_class_variance &&
         !has_fixed_loss_weight(request.problem.convention) && !request.problem.imbalanced();
}

void add_outlook(const RecommendationRequest& request, Recommendation& result) {
  Evaluation& there = result.evaluation;
  if (there.loss_weight) {
    there.expected_in_training = expected_in_training(there.problem, *there.loss_weight, there.temperature);
  }
  const double variance = there.expected_in_training ? there.expected_in_training->within_class_variance
                                                     : there.within_class_variance.value_or(0);
  for (const GoalEvidence& row : goals()) result.outlooks.push_back(outlook(row, variance));
  const bool free = !request.target_within_class_variance && !request.loss_weight && !request.temperature;
  if (request.problem.goal == Goal::unknown && free && !has_fixed_loss_weight(request.problem.convention)) {
    result.choices = choices(request);
  }
}

Recommendation recommend_as_said(const RecommendationRequest& request) {
  const Problem& problem = request.problem;
  Recommendation result;
  result.target_within_class_variance =
      request.target_within_class_variance.value_or(kDefaultTargetWithinClassVariance);
  result.plain_supcon_loss_weight = plain_supcon_loss_weight(problem);
  result.numerics = safe_temperatures();

  const SsemModel model = advised_model(problem);
  const DimensionBoundary boundary(problem, model);
  const bool fixed = has_fixed_loss_weight(problem.convention);
  const bool aims = aims_at_goal(request);
  if (aims) result.target_within_class_variance = evidence_for(request.problem.goal).target.value_or(0);
  ChosenPoint chosen = fixed  ? choose_instead_of_supcon(request, result.target_within_class_variance)
                       : aims ? point_for_goal(request, evidence_for(request.problem.goal))
                              : choose_point(request, model, boundary, result.target_within_class_variance);
  if (!request.target_within_class_variance && !fixed && !aims) {
    chosen.why.push_back(
        "The target " + number_text(kDefaultTargetWithinClassVariance) +
        " is the default, a heuristic: moderate variance transferred best in the paper's experiments, but "
        "no theorem ties it to accuracy.");
  }
  if (problem.imbalanced()) {
    result.evaluation = settle_imbalanced(request, chosen);
  } else if (fixed) {
    result.evaluation = evaluate({problem, request.loss_weight, chosen.temperature});
    result.evaluation.warnings.erase(
        std::remove_if(result.evaluation.warnings.begin(), result.evaluation.warnings.end(),
                       [](const Warning& warning) { return warning.code == "loss_weight_ignored"; }),
        result.evaluation.warnings.end());
  } else {
    result.evaluation = evaluate_point(problem, model, boundary, chosen.loss_weight, chosen.temperature);
  }
  if (problem.convention == Convention::supcon && request.loss_weight)
    result.evaluation.warnings.push_back(loss_weight_ignored(problem));
  explain_dimension(result.evaluation, chosen.why);

  // What a goal aims at is delivered in training; the optimum has another variance.
  if (chosen.feasible && !aims) recheck_feasibility(result.evaluation, result.target_within_class_variance, chosen);
  if (chosen.feasible && !result.evaluation.collapsed) chosen.why.push_back(margin_sentence(result.evaluation.margin));
  result.feasible = chosen.feasible;
  result.why = std::move(chosen.why);
  result.what_would_help = std::move(chosen.what_would_help);
  // What other points and other libraries' losses share with this one is the optimum's variance.
  const double most = model.max_within_class_variance();
  const double there = result.evaluation.within_class_variance.value_or(0);
  const double shared = aims ? there : result.target_within_class_variance;
  if (!fixed && model.batch().instances() > 1 && shared > 0 && shared < most) {
    result.alternatives =
        alternatives(TargetCurve(model, boundary, shared), chosen.temperature, chosen.other_temperatures);
  }
  result.what_to_type =
      snippets(problem, chosen.loss_weight, chosen.temperature, result.feasible || fixed ? shared : there);
  if (!problem.imbalanced() && !fixed) scale_to_logged(result.evaluation);  // evaluate() does it itself
  return result;
}

bool notably_other(double here, double there) { return std::abs(here - there) > kNotablyOther * std::max(here, there); }

void add_other_sampling(const RecommendationRequest& request, Recommendation& result) {
  Assumption& sampling = result.evaluation.assumed.front();
  sampling.otherwise.reset();
  RecommendationRequest asked = request;
  const auto problem = with_other_sampling(request.problem);
  if (!problem) return;
  asked.problem = *problem;
  const Evaluation other = recommend_as_said(asked).evaluation;
  const Evaluation& here = result.evaluation;
  const double weight = here.loss_weight.value_or(0), weight_there = other.loss_weight.value_or(0);
  if (!notably_other(weight, weight_there) && !notably_other(here.temperature, other.temperature)) return;
  sampling.otherwise = OtherAnswer{std::string(name(problem->sampling)), weight_there, other.temperature,
                                   other.within_class_variance, other.collapsed};
}

}  // namespace

Recommendation recommend(const RecommendationRequest& request) {
  if (request.trained_with) {
    Recommendation result = recommend(without_library(request));
    add_change(request, result);
    return result;
  }
  Recommendation result = recommend_as_said(request);
  result.evaluation.assumed = assumptions(request.problem);
  if (request.problem.unsaid.sampling) add_other_sampling(request, result);
  add_outlook(request, result);
  if (!request.target_within_class_variance && !aims_at_goal(request)) {
    result.evaluation.assumed.push_back({"target_within_class_variance", kDefaultTargetWithinClassVariance,
                                         "A moderate variance: a heuristic, no theorem ties it to accuracy.",
                                         std::nullopt});
  }
  add_change(request, result);
  return result;
}

}  // namespace ssem::advisor
