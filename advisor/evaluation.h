// What one pair (loss weight, temperature) does to one problem.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/assumptions.h"
#include "advisor/problem.h"

namespace ssem::advisor {

// Short text for people, with a code for programs.
struct Warning {
  std::string code;
  std::string message;
};

// Which part of the theory holds in the user's dimension (theory.md, section 3).
enum class DimensionRegime {
  exact,           // d >= mn - 1: every number is exact
  boundary_exact,  // m <= d < mn - 1: the collapse boundary is exact, the variance is estimated
  tangent_only,    // d = m - 1: the boundary is the higher, tangent-space one
  no_simplex,      // d < m - 1: the class means cannot form a simplex; the boundary is computed numerically
};
std::string_view name(DimensionRegime regime);

// Values of the loss that a training log can be compared with.
struct LossLadder {
  std::optional<double> initialisation;  // random embeddings; needs the dimension
  double all_equal = 0;                  // every embedding at one point
  std::optional<double> collapsed;       // every class at one point, classes apart
  std::optional<double> optimum;         // the predicted optimum; absent for unequal classes that do not all collapse
};

struct Sensitivity {
  double within_per_log_temperature = 0;
  double within_per_loss_weight = 0;
};

// Distance to collapse: logit(loss_weight) - logit(threshold), and log(temperature_threshold / temperature).
// Negative when collapsed, infinite where no threshold can be reached.
struct Margin {
  double loss_weight_logit = 0;
  double log_temperature = 0;
};

// What encoders deliver at a point (recommend/expected_in_training.h).
struct ExpectedInTraining {
  double within_class_variance = 0;
  double low = 0, high = 0;
  std::string basis;
};

// SSEM's optimum, which needs a dimension of (nearly) one for every image: an ideal where the embeddings have fewer.
struct LargeDimension {
  double within_class_variance = 0;
  double between_class_variance = 0;
  double within_class_similarity = 0;
  double loss_value = 0;
};

// One class of an imbalanced problem.
struct ClassEvaluation {
  std::int64_t class_index = 0;  // position in class_counts
  std::int64_t class_count = 0;
  double instances_in_batch = 0;
  double loss_weight_threshold = 0;  // this class collapses iff loss_weight <= threshold
  bool collapsed = false;
  std::optional<double> estimated_within_class_variance;
};

struct EvaluationRequest {
  Problem problem;
  // In [0, 1]; ignored for supcon, required but for supcon, supcon_in and negatives_only. Above 0 with the last two:
  // that of a self-supervised term beside it.
  std::optional<double> loss_weight;
  double temperature = 0;  // positive, finite
};

struct Evaluation {
  Problem problem;
  std::optional<double> loss_weight;  // the one in force; absent where the convention has none and the batch fixes none
  double temperature = 0;

  bool collapsed = false;                        // imbalanced: some class collapses
  double loss_weight_threshold = 0;              // collapsed iff loss_weight <= threshold; above 1: always
  double one_minus_loss_weight_threshold = 0;    // accurate where the threshold is close to 1
  double temperature_threshold = 0;              // collapsed iff temperature >= threshold; 0 always, inf never
  bool view_split = false;                       // the views of one image drift apart
  std::optional<double> view_split_loss_weight;  // below this loss weight; absent where it cannot happen

  // One model's numbers, which agree with each other: SSEM's where it is exact or the dimension was not given,
  // estimator E1's below (within + between variance = 1, similarity 1 - w/r and -v/(m-1), the loss at its optimum, the
  // sensitivity). Absent for imbalanced problems, where no single number exists (of the ladder they have three).
  std::optional<double> within_class_similarity;
  std::optional<double> one_minus_within_class_similarity;
  std::optional<double> between_class_similarity;
  std::optional<double> within_class_variance;
  std::optional<double> between_class_variance;
  std::optional<double> max_within_class_variance;
  std::optional<double> loss_value;
  std::optional<LossLadder> loss_ladder;
  std::optional<Sensitivity> sensitivity;
  Margin margin;

  std::optional<DimensionRegime> dimension_regime;        // absent when the dimension was not given
  std::optional<double> estimated_within_class_variance;  // repeats within_class_variance where the dimension is known
  std::optional<LargeDimension> large_dimension;          // absent for imbalanced problems

  std::optional<ExpectedInTraining> expected_in_training;  // evaluate_in_full() and recommend() say it

  std::vector<Assumption> assumed;
  std::vector<ClassEvaluation> per_class;
  std::vector<Warning> warnings;
};

// Cost: about a microsecond in the exact regime, tens of microseconds with estimator E1, up to seconds for the first
// evaluation below dimension m - 1 (the boundary is cached). Thread safe; never throws, loops are bounded.
Evaluation evaluate(const EvaluationRequest& request);

// With what encoders deliver there, which costs as much as some evaluations.
Evaluation evaluate_with_expectation(const EvaluationRequest& request);

// That, and what the sampling that was not assumed would give where that is another answer
// (`Assumption::otherwise`): for one answer that somebody reads, since it costs another evaluation.
Evaluation evaluate_in_full(const EvaluationRequest& request);

}  // namespace ssem::advisor
