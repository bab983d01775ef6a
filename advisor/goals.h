// What embeddings are for, and what within-class variance does for it: the one table that answers, page and documents
// read.
//
// Figures are as published or measured, nothing is interpolated. `variance` is the within-class variance that was
// measured on embeddings of unit norm, or predicted where the source measured none (its row says so).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ssem::advisor {

enum class Goal { unknown, same_labels, fine_labels, transfer, retrieval, foreign_data };

std::string_view name(Goal goal);
std::optional<Goal> goal_from(std::string_view text);

enum class Strength { weak, medium, strong };
std::string_view name(Strength strength);

// How far off a variance may be that such evidence speaks for: a standard deviation.
double prior_width(Strength strength);

struct Finding {
  double variance = 0;
  double figure = 0;  // percent
};

// One experiment in which only the variance changed.
struct Experiment {
  std::string_view source;    // for people
  std::string_view measures;  // what the figures are
  bool predicted;             // the variance is predicted, not measured
  std::vector<Finding> findings;
};

struct GoalEvidence {
  Goal goal = Goal::unknown;
  std::string_view title;        // for people: what the embeddings are for
  std::optional<double> target;  // the variance to aim for in training; absent: plain SupCon, whose classes collapse
  Strength strength = Strength::weak;
  std::string_view verdict;  // one sentence
  std::vector<Experiment> experiments;
};

// All but `unknown`.
std::span<const GoalEvidence> goals();
const GoalEvidence& evidence_for(Goal goal);

// The three variances that are worth trying when nobody knows what the embeddings are for.
inline constexpr double kChoiceVariances[] = {0.1, 0.3, 0.5};

// What a variance means for a goal, in the figures of the experiment's findings nearest to it and to collapse.
struct GoalOutlook {
  Goal goal = Goal::unknown;
  std::string gain;
  Strength strength = Strength::weak;
  std::vector<std::string> sources;
};
GoalOutlook outlook(const GoalEvidence& evidence, double within_class_variance);

}  // namespace ssem::advisor
