// L-BFGS for functions of unit vectors: columns move freely and are normalised where the function is evaluated.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace ssem::advisor {

struct SpherePoint {
  double value = std::numeric_limits<double>::infinity();
  Eigen::MatrixXd gradient;  // with respect to the free columns
  double imbalance = 0;      // net force relative to the size of the forces: 0 at a minimum
};

struct RelaxedColumns {
  Eigen::MatrixXd columns;
  double value = 0;
  double imbalance = 0;
  int evaluations = 0;
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

// `function(columns)` gives a SpherePoint. Stops when balanced to `tolerance`, when rounding allows no progress, or
// after about `max_evaluations`. The columns' lengths set their scale: a long column moves less for the same gradient.
template <class Function>
RelaxedColumns relax_on_spheres(Function&& function, Eigen::MatrixXd columns, double tolerance, int max_evaluations) {
  constexpr std::size_t kMemory = 12;
  constexpr int kMostHalvings = 30;
  SpherePoint here = function(columns);
  int evaluations = 1;
  StepHistory history;
  while (here.imbalance > tolerance && evaluations < max_evaluations) {
    const Eigen::MatrixXd direction = descent_direction(here.gradient, history);
    const double slope = direction.cwiseProduct(here.gradient).sum();
    double step = history.empty() ? 0.2 * std::sqrt(static_cast<double>(columns.cols())) : 1.0;
    SpherePoint there;
    Eigen::MatrixXd moved;
    bool lower = false;
    for (int attempt = 0; attempt < kMostHalvings && !lower && evaluations < max_evaluations; ++attempt) {
      moved = columns + step * direction;
      there = function(moved);
      ++evaluations;
      const double rounding = 4e-16 * std::abs(here.value);
      lower = there.value <= here.value + 1e-4 * step * slope ||
              (std::abs(there.value - here.value) <= rounding && there.imbalance < here.imbalance);
      const double overshoot = there.value - here.value - slope * step;
      if (!lower) step *= overshoot > 0 ? std::clamp(-0.5 * slope * step / overshoot, 0.1, 0.5) : 0.5;
    }
    if (!lower) {
      if (history.empty()) break;
      history.clear();
      continue;
    }
    Eigen::MatrixXd change = there.gradient - here.gradient;
    Eigen::MatrixXd shift = moved - columns;
    if (change.cwiseProduct(shift).sum() > 1e-14 * change.norm() * shift.norm()) {
      history.emplace_back(std::move(shift), std::move(change));
      if (history.size() > kMemory) history.pop_front();
    }
    columns = std::move(moved);
    here = std::move(there);
  }
  columns.colwise().normalize();
  return {std::move(columns), here.value, here.imbalance, evaluations};
}

}  // namespace ssem::advisor
