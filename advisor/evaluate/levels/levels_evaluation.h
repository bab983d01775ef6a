// What a loss weight and a temperature do to classes inside classes: which levels collapse, and from which loss weight
// on they do not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/evaluate/levels/label_levels.h"
#include "advisor/evaluation.h"

namespace ssem::advisor {

struct LevelsRequest {
  Problem problem;  // has passed check_levels_problem()
  LabelLevels label_levels;
  std::optional<double> loss_weight;  // absent where the convention has none, and in advice
  double temperature = 0;
};

// Of one level: its members are images on the finest level, classes of the next finer one above it.
struct LevelState {
  std::int64_t classes = 0;
  double value = 0;                  // its weight or target
  bool members_collapsed = false;    // the members of a class have one mean
  double members_variance = 0;       // mean of |member's mean - class mean|^2
  double within_class_variance = 0;  // of the views about their class's mean on this level
  double similarity = 0;             // of two images of this class and of no common finer one
  // The members stay apart above this loss weight, at this temperature; 0: at every one, 1: at none. Absent where the
  // convention has no loss weight.
  std::optional<double> loss_weight_threshold;
};

struct LevelsEvaluation {
  LevelsRequest asked;
  std::vector<LevelState> levels;
  bool view_split = false;  // the views of an image drift apart
  // They do below this loss weight; absent where it cannot happen or the convention has no loss weight.
  std::optional<double> view_split_loss_weight;
  double view_variance = 0;
  double between_class_variance = 0;  // of the coarsest classes' means about the mean of all; 0: these collapse too
  std::optional<double> between_class_similarity;  // absent where the coarsest level is one class
  double loss_value = 0;
  double all_equal_loss_value = 0;  // ladder: everything at one point
  // Above every level's threshold, and the views', by the margin that recommendations ask for; absent where none is, or
  // none is weighed.
  std::optional<double> safe_loss_weight;
  std::vector<std::string> why;
  std::vector<Warning> warnings;
};

// Some thousand evaluations of the loss: below a millisecond in balanced batches, below a second in random ones.
LevelsEvaluation evaluate_levels(const LevelsRequest& request);

// The same at the loss weight that keeps every level apart, where none is given; no loss weight where none does.
LevelsEvaluation advise_levels(LevelsRequest request);

}  // namespace ssem::advisor
