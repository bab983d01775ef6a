// Where the goal's evidence says that the best pair is, as a density over a search: the wider the weaker the evidence.
//
//   log density = -d^2/2,   d^2 = ((v - v_goal)/width)^2 + (distance of log T to the band where encoders train / .35)^2
//
// with v the within-class variance that encoders are expected to deliver. It multiplies expected improvement by
// density^(kPriorTrials/n) after n results (piBO, Hvarfner et al., ICLR 2022): what was measured overrules it.
#pragma once

#include <optional>

#include "advisor/goals.h"

namespace ssem::advisor::tuning {

inline constexpr double kPriorTrials = 3;

class GoalPrior {
 public:
  // Nothing for an unknown goal, which prefers no variance.
  static std::optional<GoalPrior> of(Goal goal);

  double log_density(double within_class_variance, double temperature) const;

 private:
  GoalPrior(double centre, double width) : centre_(centre), width_(width) {}

  double centre_;
  double width_;
};

}  // namespace ssem::advisor::tuning
