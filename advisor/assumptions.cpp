#include "advisor/assumptions.h"

#include <limits>
#include <utility>

namespace ssem::advisor {
namespace {

std::string counted(std::int64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

void add_preset(const Problem& problem, std::vector<Assumption>& assumed) {
  const Unsaid& unsaid = problem.unsaid;
  if (!unsaid.preset) return;
  const PresetFields& preset = fields_of(*unsaid.preset);
  const std::string title(preset.title);
  const auto add = [&](bool filled, const char* field, std::int64_t value, const std::string& why) {
    if (filled) assumed.push_back({field, value, why, std::nullopt});
  };
  add(unsaid.preset_classes, "classes", preset.classes, title + " has them.");
  add(unsaid.preset_dataset, "dataset_instances_per_class", preset.dataset_instances_per_class,
      title + " has so many training images of a class (the mean, where they differ).");
  add(unsaid.preset_batch_size, "batch_size", preset.batch_size, "A usual batch for " + title + ".");
  add(unsaid.preset_dimension, "dimension", preset.dimension, "The usual projection.");
}

std::string sampling_reason(const Problem& problem) {
  if (problem.sampling == Sampling::random) {
    return "A batch given by its size is a shuffling loader's: every image is drawn at random.";
  }
  if (problem.imbalanced()) return "Without a batch size the batch is the whole data set.";
  if (problem.dataset_is_batch) return "A batch that is the data set holds all of it.";
  if (!problem.unsaid.classes_per_batch) return "A batch with a chosen number of classes is a balanced one.";
  return "A batch given by its images of a class is a balanced one: equally many of each class.";
}

}  // namespace

std::vector<Assumption> assumptions(const Problem& problem) {
  const Unsaid& unsaid = problem.unsaid;
  std::vector<Assumption> assumed;
  const auto add = [&](const char* field, auto value, std::string why) {
    assumed.push_back({field, std::move(value), std::move(why), std::nullopt});
  };
  if (unsaid.sampling) add("sampling", std::string(name(problem.sampling)), sampling_reason(problem));
  if (problem.gpus_apart > 1) {
    add("batch_size", problem.batch_size,
        "The loss does not gather: each of " + std::to_string(problem.gpus_apart) +
            " GPUs compares only its own images.");
  } else if (unsaid.loss_gathers) {
    add("loss_gathers", true,
        "The loss is taken to compare the images of all GPUs. SupContrast under DistributedDataParallel and the "
        "paper's ImageNet code do not: say so and each GPU's own batch counts.");
  }
  if (unsaid.dataset && !unsaid.preset_dataset) {
    add("dataset_instances_per_class", std::numeric_limits<double>::infinity(),
        "No size was given: the data set is taken to be large beside the batch.");
  }
  add_preset(problem, assumed);
  if (unsaid.convention) {
    const bool one_view = problem.views == 1;
    add("convention", std::string(name(problem.convention)),
        one_view ? "With one view of each image no self-supervised term is left: plain SupCon."
                 : "Most libraries leave the anchor out of its own denominator.");
  }
  if (unsaid.views) add("views", problem.views, "Two augmented views of each image are usual.");
  const bool reduction_matters = problem.sampling == Sampling::random || problem.imbalanced();
  if (unsaid.reduction && reduction_matters) {
    add("reduction", std::string(name(problem.reduction)), "Most libraries take the mean over anchors.");
  }
  if (unsaid.classes_per_batch && problem.sampling == Sampling::balanced) {
    add("classes_per_batch", problem.classes_per_batch, "Every class is in each batch.");
  }
  return assumed;
}

std::string batch_in_words(const Problem& problem) {
  const std::string views = counted(problem.views, "view", "views") + " each";
  std::string text;
  if (problem.imbalanced()) {
    text = std::string(problem.sampling == Sampling::random ? "a shuffled batch of " : "a batch of ") +
           counted(problem.batch_size, "image", "images") + " (" + views + ") from " + std::to_string(problem.classes) +
           " unequal classes";
  } else {
    text = problem.sampling == Sampling::random
               ? "a shuffled batch of " + counted(problem.batch_size, "image", "images")
               : "a balanced batch of " + counted(problem.instances_per_class, "image", "images") + " of each of " +
                     std::to_string(problem.classes_per_batch) + " classes";
    text += " (" + views + ")";
    if (problem.dataset_is_batch) {
      text += ", which is the whole data set";
    } else if (problem.dataset_instances_per_class) {
      text += " from a data set of " + std::to_string(problem.classes) + " classes with " +
              std::to_string(*problem.dataset_instances_per_class) + " images each";
    } else {
      text += " from a large data set of " + std::to_string(problem.classes) + " classes";
    }
  }
  if (problem.queue_size) {
    text +=
        ", each view compared with its image's other one and a queue of " + counted(*problem.queue_size, "key", "keys");
  }
  if (problem.gpus_apart > 1) text += ", on each of " + std::to_string(problem.gpus_apart) + " GPUs";
  return text;
}

std::optional<Problem> with_other_sampling(const Problem& problem) {
  if (!problem.unsaid.sampling || problem.imbalanced() || problem.dataset_is_batch) return std::nullopt;
  Problem other = problem;
  other.unsaid = {};
  if (problem.sampling == Sampling::random) {
    other.sampling = Sampling::balanced;
    return other.instances_per_class >= 1 ? std::optional(other) : std::nullopt;
  }
  if (problem.classes_per_batch != problem.classes) return std::nullopt;
  other.sampling = Sampling::random;
  return other;
}

}  // namespace ssem::advisor
