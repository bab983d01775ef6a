#include "advisor/tuning/goal_prior.h"

#include <algorithm>
#include <cmath>

#include "advisor/recommend/expected_in_training.h"
#include "advisor/recommend/goal_point.h"

namespace ssem::advisor::tuning {
std::optional<GoalPrior> GoalPrior::of(Goal goal) {
  if (goal == Goal::unknown) return std::nullopt;
  const GoalEvidence& evidence = evidence_for(goal);
  // Collapse is delivered as what finite training leaves.
  return GoalPrior(evidence.target.value_or(kUsualHabit.floor), prior_width(evidence.strength));
}

double GoalPrior::log_density(double within_class_variance, double temperature) const {
  const double by_variance = (within_class_variance - centre_) / width_;
  const double inside = std::clamp(temperature, kLowestTrainedTemperature, kHighestTrainedTemperature);
  const double by_temperature = std::log(temperature / inside) / kLogTemperatureWidth;
  return -0.5 * (by_variance * by_variance + by_temperature * by_temperature);
}

}  // namespace ssem::advisor::tuning
