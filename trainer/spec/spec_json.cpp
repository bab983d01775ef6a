#include "trainer/spec/spec_json.h"

#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "trainer/spec/spec_sections.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

// Only what a user may give: no value that was derived, no null.
Json problem_json(const advisor::Problem& problem) {
  Json json = advisor::json::to_json(problem);
  const bool counted = problem.imbalanced();
  if (counted) json.erase("classes");
  json.erase("instances_per_class");
  for (const char* name : {"dimension", "dataset_instances_per_class"}) {
    if (json[name].is_null()) json.erase(name);
  }
  if (problem.sampling == advisor::Sampling::random || counted) json.erase("classes_per_batch");
  return json;
}

Json dataset_json(const DatasetSpec& dataset) {
  Json json{{"kind", dataset.kind}};
  if (is_generated(dataset.kind)) {
    json["classes"] = dataset.classes;
    json["fine_per_class"] = dataset.fine_per_class;
    json["train_per_class"] = dataset.train_per_class;
    json["test_per_class"] = dataset.test_per_class;
  } else {
    json["path"] = dataset.path;
    if (!dataset.test_path.empty()) json["test_path"] = dataset.test_path;
    json["test_share"] = dataset.test_share;
  }
  if (dataset.kind == "gaussian_hierarchy") {
    json["columns"] = dataset.columns;
    json["fine_spread"] = dataset.fine_spread;
    json["noise"] = dataset.noise;
  }
  if (dataset.kind == "csv") {
    json["label_column"] = dataset.label_column;
    json["fine_label_column"] = dataset.fine_label_column;
  }
  if (dataset.kind == "shapes" || dataset.kind == "image_folder") json["image_size"] = dataset.image_size;
  if (!dataset.coarse_of_fine.empty()) json["coarse_of_fine"] = dataset.coarse_of_fine;
  return json;
}

Json model_json(const ModelSpec& model) {
  Json json{{"kind", model.kind}, {"projection", model.projection}};
  if (model.kind == "mlp") json["hidden"] = model.hidden;
  if (model.kind == "small_cnn") json["width"] = model.width;
  return json;
}

Json optimizer_json(const OptimizerSpec& optimizer) {
  Json json{{"kind", optimizer.kind}, {"learning_rate", optimizer.learning_rate}};
  if (optimizer.kind == "sgd") json["momentum"] = optimizer.momentum;
  json["weight_decay"] = optimizer.weight_decay;
  return json;
}

Json schedule_json(const ScheduleSpec& schedule) {
  Json json{{"kind", schedule.kind}, {"warmup_share", schedule.warmup_share}};
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
  if (budget.epochs) return {{"epochs", *budget.epochs}};
  if (budget.seconds) return {{"seconds", *budget.seconds}};
  if (budget.steps) return {{"steps", *budget.steps}};
  return Json::object();
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
  Json json{{"problem", problem_json(spec.problem)}};
  if (!advisor::has_fixed_loss_weight(spec.problem.convention)) json["loss_weight"] = spec.loss_weight;
  json["temperature"] = spec.temperature;
  json["mode"] = encoder ? "encoder" : "embeddings";
  if (encoder) {
    json["dataset"] = dataset_json(spec.dataset);
    json["model"] = model_json(spec.model);
    json["optimizer"] = optimizer_json(spec.optimizer);
    json["schedule"] = schedule_json(spec.schedule);
    json["augment"] = augment_json(spec.augment);
    json["precision"] = precision_name(spec.precision);
    json["checkpoint_every_steps"] = spec.checkpoint_every_steps;
    if (!spec.resume_from.empty()) json["resume_from"] = spec.resume_from;
  } else {
    json["restarts"] = spec.restarts;
  }
  json["budget"] = budget_json(spec.budget);
  json["device"] = spec.device;
  json["seed"] = spec.seed;
  if (!spec.output_directory.empty()) json["output_directory"] = spec.output_directory;
  return json;
}

}  // namespace ssem::trainer
