// The loss weight and temperature to train with, and why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/evaluation.h"

namespace ssem::advisor {

// Heuristic: no theorem ties within-class variance to accuracy; moderate values transfer best in the paper's
// experiments.
inline constexpr double kDefaultTargetWithinClassVariance = 0.3;
inline constexpr double kRequiredLossWeightLogitMargin = 2.0;
inline constexpr double kRequiredLogTemperatureMargin = 0.5;

struct RecommendationRequest {
  Problem problem;
  std::optional<double> target_within_class_variance;  // in (0, 1)
  std::optional<double> loss_weight;                   // held fixed; at most one of the two
  std::optional<double> temperature;
};

struct Alternative {
  double loss_weight = 0;
  double temperature = 0;
  double within_class_variance = 0;
  Margin margin;
};

struct Snippet {
  std::string library;
  std::string code;
  Convention convention = Convention::anchor_excluded;  // the library's own
  double loss_weight = 0;                               // in that convention, for the same target
  double temperature = 0;
  std::string note;
};

struct NumericLimit {
  std::string library;
  std::string dtype;
  double lowest_safe_temperature = 0;
};

struct Recommendation {
  Evaluation evaluation;  // at the recommended point
  double target_within_class_variance = 0;
  bool feasible = false;
  std::vector<std::string> why;
  std::vector<std::string> what_would_help;  // when infeasible
  std::vector<Alternative> alternatives;
  std::vector<Snippet> what_to_type;
  double plain_supcon_loss_weight = 0;  // what plain SupCon amounts to in this batch, the mean over its anchors
  bool plain_supcon_collapses = true;
  std::vector<NumericLimit> numerics;
};

Recommendation recommend(const RecommendationRequest& request);

}  // namespace ssem::advisor
