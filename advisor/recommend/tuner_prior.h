// The advice as other tuners take it: what to try first, and how far around it to look.
//
// A goal's variance is off by prior_width (goals.h), the wider the weaker the evidence; the loss weight by as much over
// its slope dv/dw at the point, within kLeastDeviation and kMostDeviation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisor/recommendation.h"

namespace ssem::advisor {

struct PriorPoint {
  double loss_weight = 0;
  double temperature = 0;
};

struct TunerLines {
  std::string_view tuner;  // for people
  std::string code;        // Python
};

struct TunerPrior {
  std::vector<PriorPoint> points;  // the recommended one, then the choices
  double loss_weight_deviation = 0;
  double log_temperature_deviation = 0;
  Strength evidence = Strength::weak;
  std::vector<TunerLines> lines;  // Optuna, NePS, SMAC
};

inline constexpr double kLeastDeviation = 0.05;
inline constexpr double kMostDeviation = 0.3;
// Where tuners that want bounds should look.
inline constexpr double kLowestSoughtTemperature = 0.05;
inline constexpr double kHighestSoughtTemperature = 1;

// No points where plain SupCon is trained, which has no loss weight to tune.
TunerPrior tuner_prior(const Recommendation& recommendation);

}  // namespace ssem::advisor
