#include "advisor/tuning/search_space.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/evaluation.h"

namespace ssem::advisor::tuning {
namespace {

constexpr std::size_t kMostLengths = 8;

}  // namespace

SearchSpace::SearchSpace(std::vector<Axis> axes, std::optional<ProblemAxes> problem_axes)
    : axes_(std::move(axes)), problem_axes_(std::move(problem_axes)) {
  if (!problem_axes_) return;
  const Axis& loss_weight = axes_[problem_axes_->loss_weight];
  const Axis& temperature = axes_[problem_axes_->temperature];
  if (!problem_axes_->moving.empty()) {
    moves_ = !has_fixed_loss_weight(problem_axes_->problem.convention);
    return;
  }
  plane_ = VariancePlane::of(problem_axes_->problem, loss_weight, temperature);
  if (plane_) prior_ = GoalPrior::of(problem_axes_->problem.goal);
  in_plane_ = plane_ && loss_weight.step == 0 && temperature.step == 0;
  const Problem& problem = problem_axes_->problem;
  asks_dimension_ = problem.dimension && *problem.dimension < problem.classes;
}

bool SearchSpace::is_pair_axis(std::size_t axis) const {
  return problem_axes_ && (axis == problem_axes_->loss_weight || axis == problem_axes_->temperature);
}

PairOfValues SearchSpace::pair_of(const Values& values) const {
  return {values[problem_axes_->loss_weight], values[problem_axes_->temperature]};
}

std::optional<Problem> SearchSpace::problem_of(const Values& values) const {
  return problem_at(problem_axes_->problem, problem_axes_->moving, values);
}

PredictedPair SearchSpace::predicted(const Values& values) const {
  const auto problem = problem_of(values);
  return problem ? predicted_pair(*problem, pair_of(values)) : PredictedPair{};
}

// Instead of the plane's two coordinates.
void SearchSpace::append_own_coordinates(const Values& values, std::vector<double>& coordinates) const {
  const Axis& temperature = axes_[problem_axes_->temperature];
  coordinates.push_back(predicted(values).within_class_variance);
  const auto height = [](double value) { return std::log(std::clamp(value, kLowestTemperature, kHighestTemperature)); };
  const double low = height(temperature.low), high = height(temperature.high);
  coordinates.push_back(low < high ? (height(pair_of(values).temperature) - low) / (high - low) : 0.5);
}

Values SearchSpace::values_at(const UnitPoint& unit) const {
  Values values(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) values[axis] = value_at(axes_[axis], unit[axis]);
  if (in_plane_) {
    const PairOfValues pair = plane_->at(unit[problem_axes_->loss_weight], unit[problem_axes_->temperature]);
    const Axis& loss_weight = axes_[problem_axes_->loss_weight];
    const Axis& temperature = axes_[problem_axes_->temperature];
    values[problem_axes_->loss_weight] = std::clamp(pair.loss_weight, loss_weight.low, loss_weight.high);
    values[problem_axes_->temperature] = std::clamp(pair.temperature, temperature.low, temperature.high);
  }
  return values;
}

UnitPoint SearchSpace::unit_of(const Values& values) const {
  UnitPoint unit(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    unit[axis] = std::clamp(tuning::unit_of(axes_[axis], values[axis]), 0.0, 1.0);
  }
  if (in_plane_ && pair_of(values).temperature > 0) {
    plane_->place(pair_of(values), unit[problem_axes_->loss_weight], unit[problem_axes_->temperature]);
  }
  return unit;
}

std::vector<double> SearchSpace::coordinates_at(const UnitPoint& unit) const {
  if (!in_plane_) return coordinates_of(values_at(unit));
  std::vector<double> coordinates;
  plane_->append_coordinates(unit[problem_axes_->loss_weight], unit[problem_axes_->temperature], coordinates);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (!is_pair_axis(axis)) append_coordinates(axes_[axis], value_at(axes_[axis], unit[axis]), coordinates);
  }
  return coordinates;
}

std::vector<double> SearchSpace::coordinates_of(const Values& values) const {
  std::vector<double> coordinates;
  if (plane_) plane_->append_coordinates(pair_of(values), coordinates);
  if (moves_) append_own_coordinates(values, coordinates);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (!has_theory() || !is_pair_axis(axis)) append_coordinates(axes_[axis], values[axis], coordinates);
  }
  return coordinates;
}

std::vector<int> SearchSpace::groups() const {
  std::vector<int> groups;
  int next = 0;
  if (has_theory()) groups = {next++, next++};
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (has_theory() && is_pair_axis(axis)) continue;
    groups.insert(groups.end(), coordinate_count(axes_[axis]), next++);
  }
  if (static_cast<std::size_t>(next) > kMostLengths) std::fill(groups.begin(), groups.end(), 0);
  return groups;
}

double SearchSpace::log_prior(const UnitPoint& unit) const {
  if (!prior_) return 0;
  if (in_plane_) {
    const double height = unit[problem_axes_->temperature];
    return prior_->log_density(plane_->within_class_variance_at(unit[problem_axes_->loss_weight], height),
                               plane_->temperature_at(height));
  }
  const PairOfValues pair = pair_of(values_at(unit));
  return prior_->log_density(plane_->within_class_variance(pair), pair.temperature);
}

bool SearchSpace::admits(const Values& values) const {
  if (moves_) return predicted(values).admitted;
  if (!plane_) return true;
  const PairOfValues pair = pair_of(values);
  if (!plane_->admits(pair)) return false;
  return !asks_dimension_ || !evaluate({problem_axes_->problem, pair.loss_weight, pair.temperature}).collapsed;
}

}  // namespace ssem::advisor::tuning
