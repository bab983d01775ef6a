// The problem: what a user trains with, apart from loss weight and temperature.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "advisor/choices.h"
#include "advisor/goals.h"
#include "advisor/presets.h"
#include "advisor/result.h"

namespace ssem::advisor {

// What a request may ask for, and what every formula takes.
inline constexpr double kLowestTemperature = 1e-4;
inline constexpr double kHighestTemperature = 1e4;

inline constexpr std::int64_t kMaxClasses = 1'000'000;
inline constexpr std::int64_t kMaxInstancesPerClass = 1'000'000;
inline constexpr std::int64_t kMaxBatchSize = kMaxClasses * kMaxInstancesPerClass;
inline constexpr std::int64_t kMaxDimension = 2'147'483'647;
inline constexpr std::int64_t kMaxViews = 1'000'000;
inline constexpr std::int64_t kMaxImages = 1'000'000'000'000;  // of one class in a data set
inline constexpr double kMaxCrossEntropyWeight = 1e6;
inline constexpr std::int64_t kMaxGpus = 1'000'000;
inline constexpr std::int64_t kMaxAccumulationSteps = 1'000'000;
inline constexpr std::string_view kDatasetIsBatch = "batch";  // the value of the field `dataset`

// What a request says; absent fields are absent. Types are right, ranges and rules are not checked yet.
struct ProblemFields {
  std::optional<Preset> preset;  // fills what it knows; given fields win
  std::optional<std::int64_t> classes;
  std::optional<std::int64_t> batch_size;
  std::optional<std::int64_t> instances_per_class;
  std::optional<std::int64_t> dimension;
  std::optional<std::int64_t> views;
  std::optional<Convention> convention;
  std::optional<Sampling> sampling;
  std::optional<std::int64_t> classes_per_batch;
  std::optional<Reduction> reduction;
  std::optional<std::int64_t> dataset_instances_per_class;
  bool dataset_is_batch = false;
  std::optional<std::vector<std::int64_t>> class_counts;
  std::optional<std::int64_t> gpus;
  std::optional<bool> loss_gathers;
  std::optional<std::int64_t> accumulation_steps;
  std::optional<std::int64_t> queue_size;
  std::optional<double> base_temperature;
  std::optional<double> cross_entropy_weight;
  std::optional<CrossEntropyHead> cross_entropy_head;
  std::optional<Goal> goal;
};

// What a request left to us; assumptions() has the words.
struct Unsaid {
  bool convention = false;
  bool sampling = false;
  bool classes_per_batch = false;
  bool views = false;
  bool reduction = false;
  bool dataset = false;  // how large it is
  bool loss_gathers = false;
  std::optional<Preset> preset;  // and what it filled:
  bool preset_classes = false;
  bool preset_batch_size = false;
  bool preset_dimension = false;
  bool preset_dataset = false;
};

// A checked problem. Defaults stand here and nowhere else.
struct Problem {
  std::int64_t classes = 0;
  std::int64_t batch_size =
      0;  // images that one loss compares, before views: of one GPU where the loss does not gather
  std::int64_t instances_per_class =
      0;  // balanced: of each class in the batch; random: batch_size / classes, rounded down
  std::optional<std::int64_t> dimension;  // absent: large enough for the paper's setting
  std::int64_t views = 2;
  Convention convention = Convention::anchor_excluded;
  Sampling sampling = Sampling::balanced;
  std::int64_t classes_per_batch = 0;  // all classes unless given
  Reduction reduction = Reduction::anchor_mean;
  std::optional<std::int64_t> dataset_instances_per_class;  // absent: a large data set, M -> infinity
  bool dataset_is_batch = false;                            // the paper's setting
  std::vector<std::int64_t> class_counts;                   // empty: balanced classes
  std::int64_t gpus_apart = 1;                              // each with a loss of its own over batch_size images
  std::int64_t accumulation_steps = 1;
  // Keys of a memory bank, in the place of the batch's other images (MoCo); cross_view only.
  std::optional<std::int64_t> queue_size;
  std::optional<double> base_temperature;  // logged losses are temperature / base_temperature times ours
  // Of a classifier's cross-entropy added to the loss. It is no loss weight and moves no optimum; warnings say what it
  // does.
  std::optional<double> cross_entropy_weight;
  std::optional<CrossEntropyHead> cross_entropy_head;  // absent: not said
  // What the embeddings are for. A recommendation for a known one aims at its target with what encoders deliver, unless
  // a target is given.
  Goal goal = Goal::unknown;
  Unsaid unsaid;

  bool imbalanced() const { return !class_counts.empty(); }
  double own_image_share() const { return advisor::own_image_share(convention, static_cast<double>(views)); }
  // Images that an anchor's denominator knows, its own among them.
  std::int64_t images_met() const { return queue_size ? *queue_size + 1 : batch_size; }
  double views_met() const { return static_cast<double>(advisor::views_met(convention, views)); }
  // M: images of one class in the data set, infinite where it is large. Balanced classes.
  double dataset_instances() const;
};

// Checks every rule of the problem. Faults are appended with JSON pointers ("/classes"); fields that already have a
// fault (a wrong type, say) are not reported again. Returns nothing when a fault concerns the problem.
std::optional<Problem> check_problem(const ProblemFields& given, FaultList& faults);

}  // namespace ssem::advisor
