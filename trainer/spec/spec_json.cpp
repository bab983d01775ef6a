#include "trainer/spec/spec_json.h"

#include <nlohmann/json.hpp>

#include "advisor/json/training/point.h"
#include "advisor/json/training/spec_fields.h"
#include "trainer/spec/spec_sections.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

Json dataset_json(const DatasetSpec& dataset) {
  Json json{{protocol::kKind, dataset.kind}};
  if (is_generated(dataset.kind)) {
    json["classes"] = dataset.classes;
    json["fine_per_class"] = dataset.fine_per_class;
    json["train_per_class"] = dataset.train_per_class;
    json["test_per_class"] = dataset.test_per_class;
  } else {
    json[protocol::kPath] = dataset.path;
    if (!dataset.test_path.empty()) json[protocol::kTestPath] = dataset.test_path;
    json["test_share"] = dataset.test_share;
  }
  if (dataset.kind == protocol::kGaussianHierarchy) {
    json["columns"] = dataset.columns;
    json["fine_spread"] = dataset.fine_spread;
    json["noise"] = dataset.noise;
  }
  if (dataset.kind == protocol::kCsv) {
    json["label_column"] = dataset.label_column;
    json["fine_label_column"] = dataset.fine_label_column;
    if (!dataset.embedding_columns.empty()) json[protocol::kEmbeddingColumns] = dataset.embedding_columns;
  }
  if (dataset.kind == protocol::kShapes || dataset.kind == protocol::kImageFolder)
    json["image_size"] = dataset.image_size;
  if (!dataset.coarse_of_fine.empty()) json["coarse_of_fine"] = dataset.coarse_of_fine;
  return json;
}

Json model_json(const ModelSpec& model) {
  Json json{{protocol::kKind, model.kind}, {"projection", model.projection}};
  if (model.kind == protocol::kMlp) json["hidden"] = model.hidden;
  if (model.kind != protocol::kMlp) json["width"] = model.width;
  return json;
}

Json optimizer_json(const OptimizerSpec& optimizer) {
  Json json{{protocol::kKind, optimizer.kind}, {protocol::kLearningRate, optimizer.learning_rate}};
  if (optimizer.kind == protocol::kSgd) json[protocol::kMomentum] = optimizer.momentum;
  json[protocol::kWeightDecay] = optimizer.weight_decay;
  return json;
}

Json schedule_json(const ScheduleSpec& schedule) {
  Json json{{protocol::kKind, schedule.kind}, {"warmup_share", schedule.warmup_share}};
  if (schedule.kind == "cosine") json["final_share"] = schedule.final_share;
  return json;
}

Json augment_json(const AugmentSpec& augment) {
  return {{"enabled", augment.enabled},
          {"crop_scale_low", augment.crop_scale_low},
          {"jitter", augment.jitter},
          {"jitter_probability", augment.jitter_probability},
          {"grey_probability", augment.grey_probability},
          {"flip_probability", augment.flip_probability},
          {"blur_probability", augment.blur_probability},
          {"noise", augment.noise},
          {"mask_probability", augment.mask_probability}};
}

Json budget_json(const BudgetSpec& budget) {
  if (budget.epochs) return {{protocol::kEpochs, *budget.epochs}};
  if (budget.seconds) return {{protocol::kSeconds, *budget.seconds}};
  if (budget.steps) return {{protocol::kSteps, *budget.steps}};
  return Json::object();
}

Json datasets_json(const std::vector<DatasetSpec>& datasets) {
  Json json = Json::array();
  for (const DatasetSpec& dataset : datasets) json.push_back(dataset_json(dataset));
  return json;
}

const char* precision_name(Precision precision) {
  switch (precision) {
    case Precision::tf32:
      return "tf32";
    case Precision::bfloat16:
      return "bfloat16";
    case Precision::float32:
      break;
  }
  return "float32";
}

}  // namespace

Json to_json(const TrainSpec& spec) {
  const bool encoder = spec.mode == Mode::encoder;
  Json json{{protocol::kProblem, protocol::problem_json(spec.problem)}};
  const bool weighed = !advisor::has_fixed_loss_weight(spec.problem.convention) ||
                       (advisor::may_be_mixed(spec.problem.convention) && spec.loss_weight > 0);
  if (weighed) json[protocol::kLossWeight] = spec.loss_weight;
  if (spec.temperature_schedule) {
    json[protocol::kTemperatureSchedule] = spec.temperature_schedule->text;
  } else {
    json[protocol::kTemperature] = spec.temperature;
  }
  json[protocol::kMode] = encoder ? protocol::kEncoderMode : protocol::kEmbeddingsMode;
  if (encoder) {
    json[protocol::kDataset] = dataset_json(spec.dataset);
    json[protocol::kModel] = model_json(spec.model);
    json[protocol::kOptimizer] = optimizer_json(spec.optimizer);
    json[protocol::kSchedule] = schedule_json(spec.schedule);
    json[protocol::kAugment] = augment_json(spec.augment);
    if (spec.control) {
      json[protocol::kControl] = {{protocol::kTargetWithinClassVariance, spec.control->target_within_class_variance}};
    }
    if (!spec.transfer.empty()) json[protocol::kTransfer] = datasets_json(spec.transfer);
    if (!spec.foreign_data.empty()) json[protocol::kForeignData] = datasets_json(spec.foreign_data);
    for (const Corruption each : spec.corruptions) json[protocol::kCorruptions].push_back(name(each));
    json[protocol::kPrecision] = precision_name(spec.precision);
    json[protocol::kCheckpointEverySteps] = spec.checkpoint_every_steps;
    if (!spec.resume_from.empty()) json[protocol::kResumeFrom] = spec.resume_from;
  } else {
    json[protocol::kRestarts] = spec.restarts;
  }
  json[protocol::kBudget] = budget_json(spec.budget);
  json[protocol::kDevice] = spec.device;
  json[protocol::kSeed] = spec.seed;
  if (!spec.output_directory.empty()) json[protocol::kOutputDirectory] = spec.output_directory;
  return json;
}

}  // namespace ssem::trainer
