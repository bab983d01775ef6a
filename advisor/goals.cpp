#include "advisor/goals.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr std::string_view kOwnFashion = "own runs: Fashion-MNIST, five classes of two, small CNN (trainer/README.md)";
constexpr std::string_view kKhosla = "Khosla et al., 2020: ImageNet-1k, 1 to 13 positives";
constexpr std::string_view kOhLee = "Oh and Lee, ICML 2024: ImageNet-100, a loss without negatives";
constexpr std::string_view kHarun = "Harun et al., ICML 2025: collapse against out-of-distribution detection, R = +.77";
constexpr std::string_view kRoth =
    "Roth et al., ICML 2020: compression costs retrieval of unseen classes (abstract only)";

std::string percent(double value) { return number_text(value) + " %"; }

const Finding& nearest(const Experiment& experiment, double variance) {
  return *std::min_element(experiment.findings.begin(), experiment.findings.end(),
                           [variance](const Finding& a, const Finding& b) {
                             return std::abs(a.variance - variance) < std::abs(b.variance - variance);
                           });
}

const std::vector<GoalEvidence>& table() {
  static const std::vector<GoalEvidence> kTable{
      {Goal::same_labels,
       "the classes that they are trained on",
       std::nullopt,
       Strength::strong,
       "Plain SupCon is the right choice: collapsed classes are what this asks for, a variance costs points.",
       {{kKhosla, "top-1 accuracy", true, {{0, 78.5}, {0.011, 78.4}, {0.053, 78.0}, {0.126, 76.6}, {1, 69.3}}},
        {kOwnFashion,
         "accuracy on the classes trained on",
         false,
         {{0.044, 92.4}, {0.086, 92.4}, {0.395, 92.2}, {0.535, 91.6}, {0.955, 88.4}}}}},
      {Goal::fine_labels,
       "finer classes than those trained on, or few labelled images of similar ones",
       0.4,
       Strength::medium,
       "A moderate variance keeps what tells the finer classes apart; much of it costs again.",
       {{kOwnFashion,
         "accuracy on the ten finer classes",
         false,
         {{0.044, 84.1}, {0.086, 84.2}, {0.395, 84.6}, {0.5, 85.0}, {0.535, 84.4}, {0.955, 81.5}}}}},
      {Goal::transfer,
       "other data: other subjects, textures, scenes",
       0.5,
       Strength::medium,
       "A high variance transfers farthest; published means are flat from .1 to .5, and nothing gains from .75 on.",
       {{kOwnFashion,
         "accuracy of a linear probe on MNIST",
         false,
         {{0.044, 84.3}, {0.086, 84.6}, {0.395, 88.4}, {0.5, 90.1}, {0.535, 90.8}, {0.955, 90.7}}},
        {kOhLee,
         "mean accuracy on eleven data sets",
         false,
         {{0.057, 70.1}, {0.070, 69.3}, {0.108, 70.4}, {0.516, 70.3}, {0.745, 67.1}}}}},
      {Goal::retrieval,
       "finding images of classes that training never saw",
       0.4,
       Strength::weak,
       "Unseen classes need directions that collapse takes away; no sweep over the variance is known to us.",
       {{kRoth, "", false, {}}}},
      {Goal::foreign_data,
       "telling images that belong to none of the classes",
       std::nullopt,
       Strength::medium,
       "Plain SupCon is the right choice: foreign images are told best from classes that collapse.",
       {{kOwnFashion,
         "AUROC of MNIST as foreign data",
         false,
         {{0.044, 98.7}, {0.086, 98.1}, {0.395, 96.0}, {0.535, 91.8}, {0.955, 95.0}}},
        {kHarun, "", false, {}}}},
  };
  return kTable;
}

}  // namespace

std::string_view name(Goal goal) {
  switch (goal) {
    case Goal::same_labels:
      return "same_labels";
    case Goal::fine_labels:
      return "fine_labels";
    case Goal::transfer:
      return "transfer";
    case Goal::retrieval:
      return "retrieval";
    case Goal::foreign_data:
      return "foreign_data";
    case Goal::unknown:
      break;
  }
  return "unknown";
}

std::optional<Goal> goal_from(std::string_view text) {
  for (const Goal goal :
       {Goal::unknown, Goal::same_labels, Goal::fine_labels, Goal::transfer, Goal::retrieval, Goal::foreign_data}) {
    if (name(goal) == text) return goal;
  }
  return std::nullopt;
}

std::string_view name(Strength strength) {
  switch (strength) {
    case Strength::strong:
      return "strong";
    case Strength::medium:
      return "medium";
    case Strength::weak:
      break;
  }
  return "weak";
}

std::span<const GoalEvidence> goals() { return table(); }

const GoalEvidence& evidence_for(Goal goal) {
  return *std::find_if(table().begin(), table().end(), [goal](const GoalEvidence& row) { return row.goal == goal; });
}

GoalOutlook outlook(const GoalEvidence& evidence, double within_class_variance) {
  GoalOutlook found{evidence.goal, std::string(evidence.verdict), evidence.strength, {}};
  for (const Experiment& experiment : evidence.experiments) {
    found.sources.emplace_back(experiment.source);
    if (experiment.findings.size() < 2) continue;
    const Finding& here = nearest(experiment, within_class_variance);
    const Finding& collapsed = nearest(experiment, 0);
    found.gain += ' ' + percent(here.figure) + " (" + std::string(experiment.measures) + ") at a variance of " +
                  number_text(here.variance, 2);
    if (&here != &collapsed) {
      found.gain += " against " + percent(collapsed.figure) + " at " + number_text(collapsed.variance, 2);
    }
    found.gain += std::string(experiment.predicted ? ", predicted" : "") + '.';
  }
  return found;
}

}  // namespace ssem::advisor
