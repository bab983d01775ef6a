// L-BFGS (Nocedal 1980) for functions of unit vectors: columns move freely and are normalised where the function is
// evaluated, so that its gradient is tangential and steps need no transport.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace ssem::advisor {

struct SpherePoint {
  double value = std::numeric_limits<double>::infinity();
  Eigen::MatrixXd gradient;  // with respect to the free columns
  double imbalance = 0;      // what falls to 0 at a minimum, such as net force relative to the size of the forces
};

struct SphereRules {
  double tolerance = 1e-8;  // of the imbalance
  // Give one of these: a tolerance that rounding hides is never reached.
  std::int64_t max_evaluations = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_iterations = std::numeric_limits<std::int64_t>::max();
  double first_turn = 0.2;          // radians, about, that a column turns in a step without history
  double value_resolution = 4e-16;  // relative: differences below are rounding, and the imbalance decides
};

enum class SphereEnd { balanced, no_lower_step, used_up, not_finite, stopped };

struct RelaxedColumns {
  Eigen::MatrixXd columns;
  double value = 0;
  double imbalance = 0;
  std::int64_t evaluations = 0;
  SphereEnd end = SphereEnd::used_up;
};

// A step, and the change of the gradient along it.
using StepHistory = std::deque<std::pair<Eigen::MatrixXd, Eigen::MatrixXd>>;

// The two-loop recursion of L-BFGS; a unit step down the gradient without history.
inline Eigen::MatrixXd descent_direction(const Eigen::MatrixXd& gradient, const StepHistory& history) {
  Eigen::MatrixXd direction = -gradient;
  if (history.empty()) return direction / std::max(gradient.norm(), std::numeric_limits<double>::min());
  std::vector<double> taken(history.size());
  for (std::size_t i = history.size(); i-- > 0;) {
    const auto& [shift, change] = history[i];
    taken[i] = shift.cwiseProduct(direction).sum() / shift.cwiseProduct(change).sum();
    direction -= taken[i] * change;
  }
  const auto& [last_shift, last_change] = history.back();
  direction *= last_shift.cwiseProduct(last_change).sum() / last_change.squaredNorm();
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto& [shift, change] = history[i];
    direction += (taken[i] - change.cwiseProduct(direction).sum() / shift.cwiseProduct(change).sum()) * shift;
  }
  return direction;
}

// `function(columns)` gives a SpherePoint; `observe(iteration, columns, point)` is called after every step, and false
// ends the descent. Steps satisfy Armijo's rule. Ends when balanced to the tolerance, when rounding allows no progress,
// or after about the allowed evaluations. The columns' lengths set their scale: a long column moves less for the same
// gradient; those returned have unit length. Memory: 24 copies of the columns.
template <class Function, class Observer>
RelaxedColumns relax_on_spheres(Function&& function, Eigen::MatrixXd columns, const SphereRules& rules,
                                Observer&& observe) {
  constexpr std::size_t kMemory = 12;
  constexpr int kMostHalvings = 30;
  constexpr double kArmijo = 1e-4;
  constexpr double kLeastCurvature = 1e-14;  // of a step, in units of its length and the gradient's change
  SpherePoint here = function(columns);
  std::int64_t evaluations = 1, iterations = 0;
  SphereEnd end = SphereEnd::used_up;
  StepHistory history;
  while (evaluations < rules.max_evaluations && iterations < rules.max_iterations) {
    if (!std::isfinite(here.value) || !std::isfinite(here.imbalance)) {
      end = SphereEnd::not_finite;
      break;
    }
    if (here.imbalance <= rules.tolerance) break;
    const Eigen::MatrixXd direction = descent_direction(here.gradient, history);
    const double slope = direction.cwiseProduct(here.gradient).sum();
    double step = history.empty() ? rules.first_turn * std::sqrt(static_cast<double>(columns.cols())) : 1.0;
    SpherePoint there;
    Eigen::MatrixXd moved;
    bool lower = false;
    for (int attempt = 0; attempt < kMostHalvings && !lower && evaluations < rules.max_evaluations; ++attempt) {
      moved = columns + step * direction;
      there = function(moved);
      ++evaluations;
      const double rounding = rules.value_resolution * std::abs(here.value);
      lower = there.value <= here.value + kArmijo * step * slope ||
              (std::abs(there.value - here.value) <= rounding && there.imbalance < here.imbalance);
      const double overshoot = there.value - here.value - slope * step;
      if (!lower) step *= overshoot > 0 ? std::clamp(-0.5 * slope * step / overshoot, 0.1, 0.5) : 0.5;
    }
    if (!lower) {
      if (history.empty()) {
        end = SphereEnd::no_lower_step;
        break;
      }
      history.clear();
      continue;
    }
    Eigen::MatrixXd change = there.gradient - here.gradient;
    Eigen::MatrixXd shift = moved - columns;
    if (change.cwiseProduct(shift).sum() > kLeastCurvature * change.norm() * shift.norm()) {
      history.emplace_back(std::move(shift), std::move(change));
      if (history.size() > kMemory) history.pop_front();
    }
    columns = std::move(moved);
    here = std::move(there);
    if (!observe(++iterations, columns, here)) {
      end = SphereEnd::stopped;
      break;
    }
  }
  if (end == SphereEnd::used_up && here.imbalance <= rules.tolerance) end = SphereEnd::balanced;
  columns.colwise().normalize();
  return {std::move(columns), here.value, here.imbalance, evaluations, end};
}

template <class Function>
RelaxedColumns relax_on_spheres(Function&& function, Eigen::MatrixXd columns, const SphereRules& rules) {
  const auto go_on = [](std::int64_t, const Eigen::MatrixXd&, const SpherePoint&) { return true; };
  return relax_on_spheres(std::forward<Function>(function), std::move(columns), rules, go_on);
}

}  // namespace ssem::advisor
