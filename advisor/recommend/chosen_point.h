// Where on the target's curve to train (theory.md, section 5), with the rules that led there.
#pragma once

#include <string>
#include <vector>

#include "advisor/recommend/target_curve.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {

// Where no temperature is better than another.
inline constexpr double kCustomaryTemperature = 0.1;

struct ChosenPoint {
  double loss_weight = 0;
  double temperature = 0;
  bool feasible = false;
  std::vector<std::string> why;
  std::vector<std::string> what_would_help;  // when infeasible
  std::vector<double> other_temperatures;    // further solutions for a fixed loss weight
};

// `model` and `boundary` are the advised ones. Infeasible: the nearest reachable point.
ChosenPoint choose_point(const RecommendationRequest& request, const SsemModel& model,
                         const DimensionBoundary& boundary, double target);

}  // namespace ssem::advisor
