#include "advisor/recommend/unlabelled/unlabelled_problem.h"

#include <limits>
#include <string>
#include <utility>

namespace ssem::advisor {
namespace {

void check_range(FaultList& faults, const char* path, const std::optional<std::int64_t>& value, std::int64_t low,
                 std::int64_t high) {
  if (!value || faults.has(path) || (*value >= low && *value <= high)) return;
  const std::string bound = *value < low ? ">= " + std::to_string(low) : "<= " + std::to_string(high);
  faults.add(path, "must be an integer " + bound + ", got " + std::to_string(*value));
}

void refuse_labelled(const ProblemFields& given, FaultList& faults) {
  const std::pair<const char*, bool> labelled[] = {
      {"/instances_per_class", given.instances_per_class.has_value()},
      {"/sampling", given.sampling.has_value()},
      {"/classes_per_batch", given.classes_per_batch.has_value()},
      {"/reduction", given.reduction.has_value()},
      {"/dataset_instances_per_class", given.dataset_instances_per_class.has_value()},
      {"/dataset", given.dataset_is_batch},
      {"/class_counts", given.class_counts.has_value()},
      {"/cross_entropy_weight", given.cross_entropy_weight.has_value()},
      {"/cross_entropy_head", given.cross_entropy_head.has_value()},
      {"/goal", given.goal.has_value()}};
  for (const auto& [path, present] : labelled) {
    if (present && !faults.has(path)) faults.add(path, "needs labels: it says nothing where labels is false");
  }
}

void check_loss(const ProblemFields& given, UnlabelledProblem& problem, FaultList& faults) {
  problem.convention = given.convention.value_or(problem.convention);
  problem.views = given.views.value_or(problem.views);
  const bool known = problem.convention == Convention::anchor_excluded ||
                     problem.convention == Convention::cross_view || problem.convention == Convention::dcl;
  if (!known && !faults.has("/convention")) {
    faults.add("/convention",
               "must be anchor_excluded (SimCLR), cross_view (InfoNCE, MoCo, CLIP) or dcl without "
               "labels, got " +
                   std::string(name(problem.convention)));
  }
  const bool crossed = problem.convention == Convention::cross_view;
  if (crossed && problem.views != 2 && !faults.has("/views")) {
    faults.add("/views", "must be 2 for cross_view: each view is compared with the other one's batch, got " +
                             std::to_string(problem.views));
  }
  if (given.queue_size && !crossed && !faults.has("/queue_size")) {
    faults.add("/queue_size",
               "needs convention cross_view, whose keys it holds in place of the batch's other images; "
               "convention is " +
                   std::string(name(problem.convention)));
  }
  problem.queue_size = given.queue_size;
}

void check_unlabelled_gpus(const ProblemFields& given, UnlabelledProblem& problem, FaultList& faults) {
  const std::int64_t gpus = given.gpus.value_or(1);
  if (gpus <= 1 || !faults.empty()) return;
  if (given.loss_gathers.value_or(true)) {
    if (!given.loss_gathers) {
      problem.assumed.push_back({"loss_gathers", true,
                                 "The loss is taken to compare the images of all GPUs. Under DistributedDataParallel "
                                 "many do not: say so and each GPU's own batch counts.",
                                 std::nullopt});
    }
    return;
  }
  if (problem.batch_size % gpus != 0 || problem.batch_size / gpus < 2) {
    faults.add("/gpus", "must divide the batch of " + std::to_string(problem.batch_size) +
                            " images into 2 or more for each where loss_gathers is false, got " + std::to_string(gpus));
    return;
  }
  problem.batch_size /= gpus;
  problem.assumed.push_back(
      {"batch_size", problem.batch_size,
       "The loss does not gather: each of " + std::to_string(gpus) + " GPUs compares only its own images.",
       std::nullopt});
}

// What a preset knows without its labels.
ProblemFields with_usual(ProblemFields given, std::optional<std::int64_t>& images, UnlabelledProblem& problem) {
  if (!given.preset) return given;
  const PresetFields& preset = fields_of(*given.preset);
  const std::string title(preset.title);
  const auto fill = [&](auto& field, const char* name, std::int64_t value, const std::string& why) {
    if (field) return;
    field = value;
    problem.assumed.push_back({name, value, why, std::nullopt});
  };
  fill(given.batch_size, "batch_size", preset.batch_size, "A usual batch for " + title + ".");
  fill(given.dimension, "dimension", preset.dimension, "The usual projection.");
  fill(given.classes, "classes", preset.classes, title + " holds so many kinds of things.");
  fill(images, "dataset_images", preset.classes * preset.dataset_instances_per_class,
       title + " has so many training images.");
  return given;
}

void assume_rest(const ProblemFields& given, UnlabelledProblem& problem) {
  const auto assume = [&](const char* field, auto value, const char* why) {
    problem.assumed.push_back({field, std::move(value), why, std::nullopt});
  };
  if (!given.dimension) assume("dimension", problem.dimension, "SimCLR's projection.");
  if (!given.convention) {
    assume("convention", std::string(name(problem.convention)),
           "SimCLR's loss: each view against all other views of the batch. InfoNCE, MoCo, CLIP and SimCSE are "
           "cross_view.");
  }
  if (!problem.dataset_images) {
    assume("dataset_images", std::numeric_limits<double>::infinity(),
           "No size was given: the data set is taken to be large beside the batch.");
  }
}

}  // namespace

double UnlabelledProblem::own_share() const {
  const double left_out = convention == Convention::cross_view ? 0 : convention == Convention::dcl ? 2 : 1;
  return (views_met() - left_out) / views_met();
}

std::optional<UnlabelledProblem> check_unlabelled(const ProblemFields& given,
                                                  std::optional<std::int64_t> dataset_images, FaultList& faults) {
  UnlabelledProblem problem;
  const ProblemFields filled = with_usual(given, dataset_images, problem);
  refuse_labelled(filled, faults);
  check_range(faults, "/batch_size", filled.batch_size, 2, kMaxBatchSize);
  check_range(faults, "/dimension", filled.dimension, 1, kMaxDimension);
  check_range(faults, "/views", filled.views, 2, kMaxViews);
  check_range(faults, "/classes", filled.classes, 2, kMaxClasses);
  check_range(faults, "/queue_size", filled.queue_size, 1, kMaxBatchSize);
  check_range(faults, "/gpus", filled.gpus, 1, kMaxGpus);
  check_range(faults, "/accumulation_steps", filled.accumulation_steps, 1, kMaxAccumulationSteps);
  check_range(faults, "/dataset_images", dataset_images, 2, kMaxImages);
  if (!filled.batch_size && !faults.has("/batch_size")) {
    faults.add("/batch_size", "is required: images per batch, before views");
  }
  check_loss(filled, problem, faults);
  problem.batch_size = filled.batch_size.value_or(0);
  problem.dimension = filled.dimension.value_or(problem.dimension);
  problem.kinds = filled.classes;
  problem.dataset_images = dataset_images;
  problem.base_temperature = filled.base_temperature;
  check_unlabelled_gpus(filled, problem, faults);
  if (!faults.empty()) return std::nullopt;
  if (dataset_images && problem.other_images() >= static_cast<double>(*dataset_images)) {
    const std::string holder = problem.queue_size ? "queue" : "batch";
    faults.add("/dataset_images", "must hold the " + holder + " and the anchor's own image: more than " +
                                      std::to_string(problem.queue_size.value_or(problem.batch_size - 1)) + ", got " +
                                      std::to_string(*dataset_images));
    return std::nullopt;
  }
  assume_rest(filled, problem);
  return problem;
}

}  // namespace ssem::advisor
