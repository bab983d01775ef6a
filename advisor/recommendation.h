// The loss weight and temperature to train with, and why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/goals.h"
#include "advisor/known_library.h"

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
  // The problem's convention, reduction and base temperature are this library's. Excludes the two above.
  std::optional<TrainedWith> trained_with = {};
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
  Convention convention = Convention::anchor_excluded;  // of the loss that the lines compute
  double loss_weight = 0;                               // in that convention, for the same target
  double temperature = 0;
  std::string note;
  bool possible = true;  // false: the library's own loss cannot; the note says why, the lines replace it
};

struct NumericLimit {
  std::string library;
  std::string dtype;
  double lowest_safe_temperature = 0;
};

// What to do instead of what is trained now.
struct ChangeTo {
  Convention convention = Convention::anchor_excluded;
  double loss_weight = 0;
  double temperature = 0;
  std::string library;
  std::string code;
  std::string note;
  bool needed = true;            // false: what is trained now does not collapse
  std::vector<std::string> why;  // what the present setting does, what that means, what the change does
};

// A point for a variance in training, where nobody knows what the embeddings are for.
struct Choice {
  double target_within_class_variance = 0;
  double loss_weight = 0;
  double temperature = 0;
  std::optional<double> within_class_variance;  // at the optimum
  ExpectedInTraining expected;
  std::vector<Goal> good_for;
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
  std::optional<Evaluation> you;  // at the settings of now: a library's, or plain SupCon at a given temperature
  std::optional<ChangeTo> change_to;
  std::vector<GoalOutlook> outlooks;  // what the point means for each goal
  std::vector<Choice> choices;        // goal unknown, nothing held fixed, no target given
};

Recommendation recommend(const RecommendationRequest& request);

}  // namespace ssem::advisor
