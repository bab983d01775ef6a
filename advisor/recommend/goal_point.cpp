#include "advisor/recommend/goal_point.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/dimension/dimension_regime.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/model/advised_model.h"
#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_search.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommend/expected_in_training.h"

namespace ssem::advisor {
namespace {

constexpr double kTemperatureTolerance = 1e-4;
constexpr double kSameLossWeight = 0.02;

double logit(double share) { return std::log(share) - std::log1p(-share); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// Among those at which encoders train well, where the smallest loss weight has the variance, or where the one that is
// held fixed comes nearest.
double flattest_temperature(const VarianceInTraining& training, double variance, std::optional<double> loss_weight) {
  return golden_section_argmax(kLowestTrainedTemperature, kHighestTrainedTemperature, kTemperatureTolerance,
                               [&](double temperature) {
                                 const double found = training.loss_weight_for(variance, temperature);
                                 return loss_weight ? -std::abs(found - *loss_weight) : -found;
                               });
}

double trained_temperature(const VarianceInTraining& training, double variance) {
  const auto excess = [&](double temperature) {
    const double found = training.loss_weight_for(variance, temperature);
    return std::isfinite(found) ? found - kMostLossWeight : 1.0;
  };
  const double customary = excess(kCustomaryTemperature);
  if (customary <= 0) return kCustomaryTemperature;
  const double flattest = flattest_temperature(training, variance, std::nullopt);
  const double least = excess(flattest);
  if (least >= 0) return flattest;
  return bracketed_root(excess, kCustomaryTemperature, customary, flattest, least, 0, kTemperatureTolerance).at;
}

}  // namespace

std::optional<ChosenPoint> point_in_training(const RecommendationRequest& request, double variance) {
  const Problem& problem = request.problem;
  const auto training = VarianceInTraining::of(problem);
  if (!training) return std::nullopt;
  ChosenPoint chosen;
  if (request.temperature) {
    chosen.temperature = *request.temperature;
  } else if (request.loss_weight) {
    chosen.temperature = flattest_temperature(*training, variance, request.loss_weight);
  } else {
    chosen.temperature = trained_temperature(*training, variance);
  }
  const double found = training->loss_weight_for(variance, chosen.temperature);
  chosen.loss_weight = request.loss_weight.value_or(std::clamp(found, 0.0, 1.0));
  chosen.feasible = found >= 0 && found <= 1 && std::abs(found - chosen.loss_weight) <= kSameLossWeight * found;
  const std::string point =
      "loss weight " + number_text(chosen.loss_weight) + " at temperature " + number_text(chosen.temperature);
  if (chosen.feasible) {
    const auto optimum = evaluate({problem, chosen.loss_weight, chosen.temperature}).within_class_variance;
    const bool closer = optimum && *optimum > variance;
    chosen.why.push_back(
        "In training " + point + " is expected to give a within-class variance of " + number_text(variance) +
        ": encoders spread the images of a class over few directions" +
        (closer ? ", which keeps them closer than the loss's optimum would." : " and stop short of the optimum."));
    if (!request.temperature && !request.loss_weight) {
      const bool customary = chosen.temperature == kCustomaryTemperature;
      chosen.why.push_back("Encoders were seen to train well at temperatures from " +
                           number_text(kLowestTrainedTemperature) + " to " + number_text(kHighestTrainedTemperature) +
                           (customary ? "; of these the customary " + number_text(kCustomaryTemperature) +
                                            " did better in our runs, for other data and unseen classes, than the one "
                                            "of the smallest loss weight."
                                      : "; the customary " + number_text(kCustomaryTemperature) +
                                            " would need a loss weight above " + number_text(kMostLossWeight) + "."));
    }
    return chosen;
  }
  chosen.why.push_back("No point with what is held fixed is expected to give a within-class variance of " +
                       number_text(variance) + " in training; " + point + " comes nearest.");
  chosen.what_would_help.emplace_back("Hold neither loss weight nor temperature fixed.");
  return chosen;
}

ChosenPoint collapsed_point(const RecommendationRequest& request) {
  ChosenPoint chosen;
  chosen.feasible = true;
  chosen.temperature = request.temperature.value_or(kCustomaryTemperature);
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
