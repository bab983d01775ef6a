#include "advisor/problem.h"

#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace ssem::advisor {
namespace {

// Reports faults at most once per field.
class Checker {
 public:
  explicit Checker(FaultList& faults) : faults_(faults) {}

  void fault(const std::string& path, std::string message) {
    ok_ = false;
    if (!faults_.has(path)) faults_.add(path, std::move(message));
  }

  // The value when it is given and in range; a fault when it is given and is not.
  std::optional<std::int64_t> in_range(const std::string& path, const std::optional<std::int64_t>& value,
                                       std::int64_t low, std::int64_t high) {
    if (faults_.has(path)) ok_ = false;
    if (!value) return std::nullopt;
    if (*value < low) {
      fault(path, "must be an integer >= " + std::to_string(low) + ", got " + std::to_string(*value));
      return std::nullopt;
    }
    if (*value > high) {
      fault(path, "must be an integer <= " + std::to_string(high) + ", got " + std::to_string(*value));
      return std::nullopt;
    }
    return value;
  }

  // A field that a fault was found in is not missing.
  bool known(const std::string& path, bool present) const { return present || faults_.has(path); }
  bool ok() const { return ok_; }

 private:
  FaultList& faults_;
  bool ok_ = true;
};

// Given fields win over the preset's.
ProblemFields with_preset(ProblemFields fields, Unsaid& unsaid) {
  if (!fields.preset) return fields;
  const PresetFields& preset = fields_of(*fields.preset);
  unsaid.preset = fields.preset;
  const bool counted = fields.class_counts.has_value();
  unsaid.preset_classes = !fields.classes && !counted;
  unsaid.preset_batch_size = !fields.batch_size && !fields.instances_per_class && !counted;
  unsaid.preset_dimension = !fields.dimension;
  unsaid.preset_dataset = !fields.dataset_instances_per_class && !fields.dataset_is_batch && !counted;
  if (unsaid.preset_classes) fields.classes = preset.classes;
  if (unsaid.preset_batch_size) fields.batch_size = preset.batch_size;
  if (unsaid.preset_dimension) fields.dimension = preset.dimension;
  if (unsaid.preset_dataset) fields.dataset_instances_per_class = preset.dataset_instances_per_class;
  return fields;
}

// A batch that is given by its size is a shuffling loader's, unless something only a balanced one has is given too.
Sampling usual_sampling(const ProblemFields& fields) {
  const bool only_balanced = fields.instances_per_class || fields.classes_per_batch || fields.dataset_is_batch;
  return fields.batch_size && !only_balanced ? Sampling::random : Sampling::balanced;
}

// One view: no other view of its image for an anchor to be drawn to, so what is left is plain SupCon.
void check_views(const ProblemFields& fields, Checker& check, Problem& problem) {
  const auto views = check.in_range("/views", fields.views, 1, kMaxViews);
  problem.views = views.value_or(problem.views);
  if (problem.convention == Convention::cross_view && problem.views != 2) {
    check.fault("/views", "must be 2 for cross_view: each view is compared with the other one's batch, got " +
                              std::to_string(problem.views));
    return;
  }
  if (problem.views > 1 || problem.convention == Convention::anchor_included) return;
  if (problem.convention == Convention::dcl) {
    check.fault("/views", "must be an integer >= 2 for dcl: with one view it has no self-supervised positives, got 1");
  } else if (problem.convention == Convention::anchor_excluded) {
    problem.convention = Convention::supcon;
  }
}

// A loss that does not gather sees the images of its own GPU only.
void check_gpus(const ProblemFields& fields, Checker& check, Problem& problem) {
  const std::int64_t gpus = check.in_range("/gpus", fields.gpus, 1, kMaxGpus).value_or(1);
  problem.unsaid.loss_gathers = gpus > 1 && !fields.loss_gathers;
  problem.accumulation_steps =
      check.in_range("/accumulation_steps", fields.accumulation_steps, 1, kMaxAccumulationSteps).value_or(1);
  problem.base_temperature = fields.base_temperature;
  const bool no_batch = problem.classes_per_batch == 0;  // its fields are at fault, which is said already
  if (fields.loss_gathers.value_or(true) || gpus == 1 || !check.ok() || no_batch) return;
  const std::string field = fields.instances_per_class ? "/instances_per_class" : "/batch_size";
  if (problem.batch_size % gpus != 0) {
    check.fault("/gpus", "must divide the batch of " + std::to_string(problem.batch_size) +
                             " images where loss_gathers is false, got " + std::to_string(gpus));
    return;
  }
  const std::int64_t apart = problem.batch_size / gpus;
  const std::int64_t each = apart / problem.classes_per_batch;
  if (apart < 2 || (problem.sampling == Sampling::balanced && each < 1)) {
    check.fault(field, "must leave each of " + std::to_string(gpus) + " GPUs at least " +
                           std::to_string(problem.sampling == Sampling::balanced ? problem.classes_per_batch : 2) +
                           " images where loss_gathers is false, got " + std::to_string(apart));
    return;
  }
  problem.gpus_apart = gpus;
  problem.batch_size = apart;
  problem.instances_per_class = each;
}

// A queue holds one key for each of its images, never the anchor's.
void check_queue(const ProblemFields& fields, Checker& check, Problem& problem) {
  const auto size = check.in_range("/queue_size", fields.queue_size, 1, kMaxBatchSize);
  if (!size || problem.classes == 0) return;
  if (problem.convention != Convention::cross_view) {
    check.fault("/queue_size",
                "needs convention cross_view, whose keys it holds in place of the batch's other images; "
                "convention is " +
                    std::string(name(problem.convention)));
    return;
  }
  if (problem.dataset_is_batch) {
    check.fault("/queue_size", "must be absent where the batch is the data set: no other images are left for it");
    return;
  }
  std::int64_t images = 0;
  if (problem.imbalanced()) {
    images = std::accumulate(problem.class_counts.begin(), problem.class_counts.end(), std::int64_t{0});
  } else if (problem.dataset_instances_per_class) {
    const bool countable = *problem.dataset_instances_per_class <= kMaxBatchSize / problem.classes;
    images = countable ? *problem.dataset_instances_per_class * problem.classes : 0;
  }
  if (images > 0 && *size >= images) {
    check.fault("/queue_size", "must be < the " + std::to_string(images) +
                                   " images of the data set: the anchor's own is no key of the queue, got " +
                                   std::to_string(*size));
    return;
  }
  problem.queue_size = size;
}

void check_class_counts(const ProblemFields& fields, Checker& check, Problem& problem) {
  const std::vector<std::int64_t>& counts = *fields.class_counts;
  const auto size = static_cast<std::int64_t>(counts.size());
  if (size < 2 || size > kMaxClasses) {
    check.fault("/class_counts",
                "must hold 2 to " + std::to_string(kMaxClasses) + " counts, got " + std::to_string(size));
    return;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 1 || counts[i] > kMaxImages) {
      check.fault("/class_counts/" + std::to_string(i),
                  "must be an integer from 1 to " + std::to_string(kMaxImages) + ", got " + std::to_string(counts[i]));
      return;
    }
  }
  const auto excludes = [&](bool present, const std::string& name) {
    if (present) check.fault("/" + name, "excludes class_counts: give one of the two");
  };
  excludes(fields.classes.has_value(), "classes");
  excludes(fields.instances_per_class.has_value(), "instances_per_class");
  excludes(fields.dataset_instances_per_class.has_value(), "dataset_instances_per_class");
  excludes(fields.classes_per_batch.has_value(), "classes_per_batch");
  excludes(fields.dataset_is_batch && fields.batch_size, "dataset");
  const std::int64_t total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  problem.classes = size;
  problem.classes_per_batch = size;
  problem.class_counts = counts;
  const auto batch_size = check.in_range("/batch_size", fields.batch_size, 2, kMaxBatchSize);
  if (batch_size && *batch_size > total) {
    check.fault("/batch_size", "must be <= the sum of class_counts (" + std::to_string(total) + "), got " +
                                   std::to_string(*batch_size));
  }
  problem.batch_size = batch_size.value_or(total);
  problem.instances_per_class = problem.batch_size / size;
}

void check_batch(const ProblemFields& fields, Checker& check, Problem& problem) {
  const auto classes = check.in_range("/classes", fields.classes, 2, kMaxClasses);
  if (!check.known("/classes", fields.classes.has_value())) {
    check.fault("/classes", "is required: an integer >= 2 (or class_counts)");
  }
  const auto batch_size = check.in_range("/batch_size", fields.batch_size, 2, kMaxBatchSize);
  const auto instances = check.in_range("/instances_per_class", fields.instances_per_class, 1, kMaxInstancesPerClass);
  const bool has_batch = check.known("/batch_size", fields.batch_size.has_value());
  const bool has_instances = check.known("/instances_per_class", fields.instances_per_class.has_value());
  if (has_batch && has_instances) {
    check.fault("/instances_per_class", "excludes batch_size: give exactly one of the two");
  } else if (!has_batch && !has_instances) {
    check.fault("/batch_size", "is required: an integer >= 2 (or instances_per_class)");
  }
  auto per_batch = check.in_range("/classes_per_batch", fields.classes_per_batch, 2, kMaxClasses);
  if (fields.dataset_is_batch) {
    const std::string rule = "must be absent where dataset_instances_per_class is given";
    if (fields.dataset_instances_per_class) check.fault("/dataset", rule);
    if (problem.sampling == Sampling::random) {
      check.fault("/sampling", "must be balanced where the batch is the data set, got random");
    }
  }
  const auto dataset =
      check.in_range("/dataset_instances_per_class", fields.dataset_instances_per_class, 1, kMaxImages);
  if (!classes) return;
  if (per_batch && *per_batch > *classes) {
    check.fault("/classes_per_batch",
                "must be <= classes (" + std::to_string(*classes) + "), got " + std::to_string(*per_batch));
    return;
  }
  const bool balanced = problem.sampling == Sampling::balanced;
  if (!balanced && per_batch && *per_batch != *classes) {
    check.fault("/classes_per_batch", "needs balanced sampling: a random batch does not choose its classes, got " +
                                          std::to_string(*per_batch));
    return;
  }
  problem.classes = *classes;
  problem.classes_per_batch = per_batch.value_or(*classes);
  if (instances) {
    problem.instances_per_class = *instances;
    problem.batch_size = *instances * problem.classes_per_batch;
  } else if (batch_size) {
    problem.batch_size = *batch_size;
    problem.instances_per_class = *batch_size / problem.classes_per_batch;
    if (balanced && problem.instances_per_class < 1) {
      check.fault("/batch_size", "must be >= " + std::to_string(problem.classes_per_batch) +
                                     " (one image of each class in a balanced batch), got " +
                                     std::to_string(*batch_size));
      return;
    }
    if (problem.instances_per_class > kMaxInstancesPerClass) {
      check.fault("/batch_size", "must give at most " + std::to_string(kMaxInstancesPerClass) +
                                     " images of a class, got " + std::to_string(*batch_size) + " images for " +
                                     std::to_string(problem.classes_per_batch) + " classes");
      return;
    }
  }
  problem.dataset_is_batch = fields.dataset_is_batch;
  if (!dataset || problem.batch_size == 0) return;
  problem.dataset_instances_per_class = dataset;
  const std::int64_t needed =
      balanced ? problem.instances_per_class : (problem.batch_size + problem.classes - 1) / problem.classes;
  if (*dataset < needed) {
    check.fault("/dataset_instances_per_class", "must be >= the " + std::to_string(needed) +
                                                    " images of a class that one batch holds, got " +
                                                    std::to_string(*dataset));
  }
}

}  // namespace

double Problem::dataset_instances() const {
  if (dataset_instances_per_class) return static_cast<double>(*dataset_instances_per_class);
  return dataset_is_batch ? static_cast<double>(instances_per_class) : std::numeric_limits<double>::infinity();
}

std::optional<Problem> check_problem(const ProblemFields& given, FaultList& faults) {
  Problem problem;
  Checker check(faults);
  const ProblemFields fields = with_preset(given, problem.unsaid);
  problem.convention = fields.convention.value_or(problem.convention);
  problem.sampling = fields.sampling.value_or(usual_sampling(fields));
  problem.reduction = fields.reduction.value_or(problem.reduction);
  problem.unsaid.convention = !fields.convention;
  problem.unsaid.sampling = !fields.sampling;
  problem.unsaid.reduction = !fields.reduction;
  problem.unsaid.views = !fields.views;
  problem.goal = fields.goal.value_or(Goal::unknown);
  problem.unsaid.classes_per_batch = !fields.classes_per_batch && !fields.class_counts;
  problem.unsaid.dataset = !fields.dataset_instances_per_class && !fields.dataset_is_batch && !fields.class_counts;
  check_views(fields, check, problem);
  problem.dimension = check.in_range("/dimension", fields.dimension, 1, kMaxDimension);
  if (fields.class_counts) {
    check_class_counts(fields, check, problem);
  } else if (!faults.has("/class_counts")) {
    check_batch(fields, check, problem);
  }
  check_gpus(fields, check, problem);
  check_queue(fields, check, problem);
  problem.cross_entropy_weight = fields.cross_entropy_weight;
  problem.cross_entropy_head = fields.cross_entropy_head;
  if (fields.cross_entropy_head && !check.known("/cross_entropy_weight", fields.cross_entropy_weight.has_value())) {
    check.fault("/cross_entropy_head",
                "needs cross_entropy_weight beside it: it says what the cross-entropy classifies");
  }
  for (const char* path :
       {"/convention", "/sampling", "/reduction", "/class_counts", "/cross_entropy_weight", "/cross_entropy_head"}) {
    if (faults.has(path)) return std::nullopt;
  }
  if (!check.ok()) return std::nullopt;
  return problem;
}

}  // namespace ssem::advisor
