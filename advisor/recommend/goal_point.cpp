#include "advisor/recommend/goal_point.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/dimension/dimension_regime.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/model/advised_model.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommend/expected_in_training.h"

namespace ssem::advisor {
namespace {

constexpr double kCollapsedTemperature = 0.1;

double logit(double share) { return std::log(share) - std::log1p(-share); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

std::optional<ChosenPoint> point_in_training(const RecommendationRequest& request, double variance) {
  if (!expected_in_training(request.problem, 0.5, kCollapsedTemperature)) return std::nullopt;
  RecommendationRequest used = request;
  used.problem = as_encoders_use(request.problem, kUsualDirections);
  const SsemModel model = advised_model(used.problem);
  const DimensionBoundary boundary(used.problem, model);
  ChosenPoint chosen = choose_point(used, model, boundary, variance);
  const double within = std::clamp(chosen.temperature, kLowestTrainedTemperature, kHighestTrainedTemperature);
  const bool moved = !request.temperature && !request.loss_weight && chosen.feasible && within != chosen.temperature;
  const double before = chosen.temperature;
  if (moved) {
    used.temperature = within;
    chosen = choose_point(used, model, boundary, variance);
  }
  if (!chosen.feasible) return chosen;
  chosen.why = {"Loss weight " + number_text(chosen.loss_weight) + " at temperature " +
                number_text(chosen.temperature) + " is expected to give a within-class variance of " +
                number_text(variance) + " in training: encoders spread the images of a class over few directions (" +
                std::to_string(kUsualDirections) +
                " are taken), which keeps them closer than the loss's optimum would."};
  if (moved) {
    chosen.why.push_back("The temperature is " + number_text(within) + " rather than " + number_text(before) +
                         ": encoders were seen to train well from " + number_text(kLowestTrainedTemperature) + " to " +
                         number_text(kHighestTrainedTemperature) + ".");
  }
  return chosen;
}

ChosenPoint collapsed_point(const RecommendationRequest& request) {
  ChosenPoint chosen;
  chosen.feasible = true;
  chosen.temperature = request.temperature.value_or(kCollapsedTemperature);
  const Evaluation there = evaluate({request.problem, 0.0, chosen.temperature});
  const double threshold = std::min(there.loss_weight_threshold, 0.99);
  const double parted = std::min(there.view_split_loss_weight.value_or(0), threshold);
  // Without a threshold for the views, far enough below the other.
  const double low = parted > 0 ? logit(parted) : logit(threshold) - 2;
  chosen.loss_weight = threshold > 0 ? logistic(0.5 * (low + logit(threshold))) : 0;
  if (request.loss_weight) {
    chosen.loss_weight = *request.loss_weight;
    chosen.feasible = chosen.loss_weight <= there.loss_weight_threshold;
  }
  return chosen;
}

ChosenPoint point_for_goal(const RecommendationRequest& request, const GoalEvidence& evidence) {
  const std::string goal = "The embeddings are for " + std::string(evidence.title) +
                           " (evidence: " + std::string(name(evidence.strength)) + "). " +
                           std::string(evidence.verdict);
  if (evidence.target) {
    auto chosen = point_in_training(request, *evidence.target);
    if (!chosen) {
      const SsemModel model = advised_model(request.problem);
      const DimensionBoundary boundary(request.problem, model);
      chosen = choose_point(request, model, boundary, *evidence.target);
    }
    chosen->why.insert(chosen->why.begin(), goal);
    return *std::move(chosen);
  }
  ChosenPoint chosen = collapsed_point(request);
  chosen.why = {goal,
                "Collapse is then a fact, not a failure: if you train plain SupCon, change nothing. Loss weight " +
                    number_text(chosen.loss_weight) + " at temperature " + number_text(chosen.temperature) +
                    " does the same with both terms."};
  if (!chosen.feasible) {
    chosen.what_would_help.push_back(
        "At this temperature the classes collapse at a lower loss weight, or with plain SupCon.");
  }
  return chosen;
}

std::vector<Choice> choices(const RecommendationRequest& request) {
  std::vector<Choice> found;
  for (const double variance : kChoiceVariances) {
    const auto chosen = point_in_training(request, variance);
    if (!chosen || !chosen->feasible) continue;
    const auto expected = expected_in_training(request.problem, chosen->loss_weight, chosen->temperature);
    if (!expected) continue;
    const Evaluation there = evaluate({request.problem, chosen->loss_weight, chosen->temperature});
    Choice choice{variance, chosen->loss_weight, chosen->temperature, there.within_class_variance, *expected, {}};
    for (const GoalEvidence& row : goals()) {
      const double wanted = row.target.value_or(0);
      const auto closest =
          std::min_element(std::begin(kChoiceVariances), std::end(kChoiceVariances),
                           [wanted](double a, double b) { return std::abs(a - wanted) < std::abs(b - wanted); });
      if (*closest == variance) choice.good_for.push_back(row.goal);
    }
    found.push_back(std::move(choice));
  }
  return found;
}

}  // namespace ssem::advisor
