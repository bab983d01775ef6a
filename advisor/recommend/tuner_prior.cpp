#include "advisor/recommend/tuner_prior.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"
#include "advisor/recommend/goal_point.h"

namespace ssem::advisor {
namespace {

// Written as somebody would type it.
std::string typed(double value) { return number_text(value, 3); }

std::string_view confidence(Strength strength) {
  switch (strength) {
    case Strength::strong:
      return "high";
    case Strength::medium:
      return "medium";
    case Strength::weak:
      break;
  }
  return "low";
}

std::string python_points(const std::vector<PriorPoint>& points) {
  std::string text = "points = [\n";
  for (const PriorPoint& point : points) {
    text +=
        "    {\"loss_weight\": " + typed(point.loss_weight) + ", \"temperature\": " + typed(point.temperature) + "},\n";
  }
  return text + "]\n";
}

std::string optuna_code(const TunerPrior& prior) {
  return python_points(prior.points) +
         "for point in points:\n"
         "    study.enqueue_trial(point, skip_if_exists=True)\n";
}

std::string neps_code(const TunerPrior& prior) {
  const PriorPoint& first = prior.points.front();
  const std::string sure = ", prior_confidence=\"" + std::string(confidence(prior.evidence)) + "\")\n";
  return "import neps\n\n\n"
         "class Space(neps.PipelineSpace):\n"
         "    loss_weight = neps.Float(lower=0.0, upper=1.0, prior=" +
         typed(first.loss_weight) + sure + "    temperature = neps.Float(lower=" + typed(kLowestSoughtTemperature) +
         ", upper=" + typed(kHighestSoughtTemperature) + ", log=True, prior=" + typed(first.temperature) + sure;
}

std::string smac_code(const TunerPrior& prior) {
  const PriorPoint& first = prior.points.front();
  return "from ConfigSpace import Configuration, ConfigurationSpace, Float, Normal\n\n"
         "space = ConfigurationSpace({\n"
         "    \"loss_weight\": Float(\"loss_weight\", (0.0, 1.0), distribution=Normal(" +
         typed(first.loss_weight) + ", " + typed(prior.loss_weight_deviation) +
         ")),\n"
         "    \"temperature\": Float(\"temperature\", (" +
         typed(kLowestSoughtTemperature) + ", " + typed(kHighestSoughtTemperature) +
         "), log=True, default=" + typed(first.temperature) + "),\n})\n" + python_points(prior.points) +
         "first = [Configuration(space, values=point) for point in points]\n"
         "# HyperparameterOptimizationFacade.get_initial_design(scenario, additional_configs=first)\n";
}

double deviation(const Recommendation& recommendation, Strength evidence) {
  const auto& sensitivity = recommendation.evaluation.sensitivity;
  const double slope = sensitivity ? std::abs(sensitivity->within_per_loss_weight) : 0;
  const double width = prior_width(evidence);
  return slope > 0 ? std::clamp(width / slope, kLeastDeviation, kMostDeviation) : kLeastDeviation;
}

}  // namespace

TunerPrior tuner_prior(const Recommendation& recommendation) {
  TunerPrior prior;
  const Evaluation& there = recommendation.evaluation;
  if (!there.loss_weight || has_fixed_loss_weight(there.problem.convention)) return prior;
  const Goal goal = there.problem.goal;
  if (goal != Goal::unknown) prior.evidence = evidence_for(goal).strength;
  prior.points.push_back({*there.loss_weight, there.temperature});
  for (const Choice& choice : recommendation.choices) prior.points.push_back({choice.loss_weight, choice.temperature});
  prior.loss_weight_deviation = deviation(recommendation, prior.evidence);
  prior.log_temperature_deviation = kLogTemperatureWidth;
  prior.lines = {{"Optuna", optuna_code(prior)}, {"NePS", neps_code(prior)}, {"SMAC", smac_code(prior)}};
  return prior;
}

}  // namespace ssem::advisor
