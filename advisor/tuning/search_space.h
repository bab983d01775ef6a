// The parameters of one search together: points of the unit cube, values, and what the model sees.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "advisor/problem.h"
#include "advisor/tuning/axis.h"
#include "advisor/tuning/goal_prior.h"
#include "advisor/tuning/moving_problem.h"
#include "advisor/tuning/predicted_pair.h"
#include "advisor/tuning/variance_plane.h"

namespace ssem::advisor::tuning {

// Which axes are the loss weight and the temperature of which problem.
struct ProblemAxes {
  Problem problem;
  std::size_t loss_weight = 0;
  std::size_t temperature = 0;
  std::vector<MovingField> moving = {};  // fields of the problem that are axes too
};

using Values = std::vector<double>;     // one per axis; a choice is its index
using UnitPoint = std::vector<double>;  // one per axis, in [0, 1]

class SearchSpace {
 public:
  SearchSpace(std::vector<Axis> axes, std::optional<ProblemAxes> problem_axes);

  const std::vector<Axis>& axes() const { return axes_; }
  const std::optional<ProblemAxes>& problem_axes() const { return problem_axes_; }
  // The plane of the one problem there is; absent where each trial has its own, and where everything collapses.
  const VariancePlane* plane() const { return plane_ ? &*plane_ : nullptr; }
  // Theory shapes the search: by the plane, or trial by trial.
  bool has_theory() const { return plane_.has_value() || moves_; }
  // Of the trial's own problem; absent where its values make none. With problem axes only.
  std::optional<Problem> problem_of(const Values& values) const;
  PredictedPair predicted(const Values& values) const;
  PairOfValues pair_of(const Values& values) const;  // with problem axes only

  Values values_at(const UnitPoint& unit) const;
  UnitPoint unit_of(const Values& values) const;
  std::vector<double> coordinates_at(const UnitPoint& unit) const;
  std::vector<double> coordinates_of(const Values& values) const;
  // For each coordinate its parameter; all the same when there are too many for a length each.
  std::vector<int> groups() const;
  // What the goal's evidence makes of the point; 0 for all where it prefers none. With a plane to look at only.
  double log_prior(const UnitPoint& unit) const;
  bool has_prior() const { return prior_.has_value(); }
  // False for pairs that theory says collapse or split views.
  bool admits(const Values& values) const;

 private:
  bool is_pair_axis(std::size_t axis) const;
  void append_own_coordinates(const Values& values, std::vector<double>& coordinates) const;

  std::vector<Axis> axes_;
  std::optional<ProblemAxes> problem_axes_;
  std::optional<VariancePlane> plane_;
  std::optional<GoalPrior> prior_;
  bool moves_ = false;     // fields of the problem are axes: coordinates and what is left out are each trial's own
  bool in_plane_ = false;  // the cube itself is bent, not only what the model sees
  bool asks_dimension_ = false;  // the dimension moves the collapse boundary
};

}  // namespace ssem::advisor::tuning
