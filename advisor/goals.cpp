#include "advisor/goals.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr std::string_view kOwnCnn = "own runs: small CNN, Fashion-MNIST in five classes of two (trainer/README.md)";
constexpr std::string_view kOwnMlp = "own runs: mlp, Fashion-MNIST in five classes of two (trainer/README.md)";
constexpr std::string_view kOwnMnistCnn = "own runs: small CNN, MNIST in five classes of two (trainer/README.md)";
constexpr std::string_view kOwnMnistMlp = "own runs: mlp, MNIST in five classes of two (trainer/README.md)";
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
        {kOwnCnn,
         "accuracy on the classes trained on",
         false,
         {{0.072, 92.0}, {0.142, 91.6}, {0.350, 91.2}, {0.619, 90.0}, {0.903, 87.5}}}}},
      {Goal::fine_labels,
       "finer classes than those trained on, or few labelled images of similar ones",
       0.3,
       Strength::medium,
       "A moderate variance keeps what tells finer classes apart: it helped one encoder and not the other; much of it "
       "costs.",
       {{kOwnMlp,
         "accuracy on the ten finer classes",
         false,
         {{0.066, 84.6}, {0.147, 85.3}, {0.377, 85.2}, {0.619, 85.2}, {0.923, 82.8}}},
        {kOwnCnn, "the same", false, {{0.072, 84.3}, {0.142, 84.0}, {0.350, 84.2}, {0.619, 83.1}, {0.903, 81.9}}},
        {kOwnCnn,
         "accuracy from five images a class",
         false,
         {{0.072, 67.5}, {0.142, 68.4}, {0.350, 68.1}, {0.619, 65.3}, {0.903, 63.2}}}}},
      {Goal::transfer,
       "other data: other subjects, textures, scenes",
       0.5,
       Strength::medium,
       "A high variance transfers farthest; published means are flat from .1 to .5, and nothing gains from .75 on.",
       {{kOwnCnn,
         "accuracy of a linear probe on MNIST",
         false,
         {{0.072, 87.7}, {0.142, 89.0}, {0.350, 91.4}, {0.619, 91.9}, {0.903, 91.8}}},
        {kOhLee,
         "mean accuracy on eleven data sets",
         false,
         {{0.057, 70.1}, {0.070, 69.3}, {0.108, 70.4}, {0.516, 70.3}, {0.745, 67.1}}}}},
      {Goal::retrieval,
       "finding images of classes that training never saw",
       0.4,
       Strength::medium,
       "Unseen classes need directions that collapse takes away: two encoders on two data sets found their neighbours "
       "best at .35 to .65.",
       {{kOwnCnn,
         "accuracy of nearest neighbours on MNIST",
         false,
         {{0.072, 85.6}, {0.142, 85.7}, {0.350, 87.3}, {0.619, 87.3}, {0.903, 86.4}}},
        {kOwnMnistMlp,
         "accuracy of nearest neighbours on Fashion-MNIST",
         false,
         {{0.034, 72.2}, {0.137, 74.5}, {0.418, 76.0}, {0.612, 75.6}, {0.921, 75.8}}},
        {kRoth, "", false, {}}}},
      {Goal::foreign_data,
       "telling images that belong to none of the classes",
       std::nullopt,
       Strength::weak,
       "Plain SupCon is the first choice, as published: collapse told foreign images best after training on "
       "Fashion-MNIST, and worst after MNIST. By features instead of embeddings it hardly matters.",
       {{kOwnCnn,
         "AUROC of MNIST as foreign data, by embeddings; by features 98 at every variance",
         false,
         {{0.072, 96.6}, {0.142, 95.6}, {0.350, 94.1}, {0.619, 87.8}, {0.903, 77.0}}},
        {kOwnMnistCnn,
         "AUROC of Fashion-MNIST as foreign data, by embeddings; by features 99.7 to 99.3",
         false,
         {{0.042, 90.7}, {0.123, 90.4}, {0.419, 96.3}, {0.630, 96.5}, {0.930, 95.7}}},
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

double prior_width(Strength strength) {
  switch (strength) {
    case Strength::strong:
      return 0.1;
    case Strength::medium:
      return 0.2;
    case Strength::weak:
      break;
  }
  return 0.3;
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
