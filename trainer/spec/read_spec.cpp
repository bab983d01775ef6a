#include "trainer/spec/read_spec.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/requests.h"
#include "advisor/numeric/number_text.h"
#include "trainer/spec/section_reader.h"
#include "trainer/spec/spec_sections.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::quote_value_for_message;

constexpr std::array<std::string_view, 2> kPointFields{"loss_weight", "temperature"};
constexpr std::array<std::string_view, 2> kModes{"embeddings", "encoder"};
constexpr std::array<std::string_view, 3> kPrecisions{"float32", "tf32", "bfloat16"};
constexpr std::int64_t kMaxRestarts = 1000;

const Json* member(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() ? nullptr : &*found;
}

bool is_point_field(std::string_view name) {
  return std::find(kPointFields.begin(), kPointFields.end(), name) != kPointFields.end();
}

// The advisor's reader takes problem, loss weight and temperature in one object; here the problem is an object of its
// own, so its faults get its path back.
void read_problem(const Json& body, TrainSpec& spec, FaultList& faults) {
  const Json* problem = member(body, "problem");
  if (problem == nullptr) {
    faults.add("/problem", "is required: an object with classes, batch_size and so on");
  } else if (!problem->is_object()) {
    faults.add("/problem", "must be a JSON object, got " + quote_value_for_message(*problem));
  }
  Json request = problem != nullptr && problem->is_object() ? *problem : Json::object();
  for (const std::string_view name : kPointFields) {
    const std::string key(name);
    if (request.erase(key) > 0) faults.add("/problem/" + key, "belongs beside problem, not into it");
    if (const Json* value = member(body, key.c_str())) request[key] = *value;
  }
  const auto read = advisor::json::read_evaluation_request(request);
  if (!read) {
    for (const FieldFault& fault : read.error().fields) {
      const bool beside = fault.path.size() > 1 && is_point_field(std::string_view(fault.path).substr(1));
      if (beside) faults.add(fault.path, fault.message);
      if (!beside && problem != nullptr && problem->is_object()) faults.add("/problem" + fault.path, fault.message);
    }
    return;
  }
  spec.problem = read.value().problem;
  spec.loss_weight = read.value().loss_weight.value_or(0);
  spec.temperature = read.value().temperature;
  if (spec.problem.convention == advisor::Convention::supcon_in) {
    faults.add("/problem/convention", "cannot be trained here: supcon_in is only evaluated; train supcon instead");
  }
}

bool is_device(const std::string& name) {
  if (name == "auto" || name == "cpu" || name == "cuda") return true;
  const std::string_view prefix = "cuda:";
  if (name.rfind(prefix, 0) != 0) return false;
  const std::string index = name.substr(prefix.size());
  return !index.empty() && index.size() <= 3 && index.find_first_not_of("0123456789") == std::string::npos;
}

void read_plain_fields(SectionReader& in, TrainSpec& spec) {
  std::string mode = "embeddings";
  in.choice("mode", mode, kModes);
  spec.mode = mode == "encoder" ? Mode::encoder : Mode::embeddings;
  in.text("device", spec.device);
  if (!is_device(spec.device)) {
    in.fault("device", "must be auto, cpu, cuda or cuda:N, got " + quote_value_for_message(Json(spec.device)));
  }
  std::string precision = "float32";
  in.choice("precision", precision, kPrecisions);
  if (precision == "tf32") spec.precision = Precision::tf32;
  if (precision == "bfloat16") spec.precision = Precision::bfloat16;
  in.integer("seed", spec.seed, 0, std::numeric_limits<std::int64_t>::max());
  in.integer("restarts", spec.restarts, 1, kMaxRestarts);
  in.integer("checkpoint_every_steps", spec.checkpoint_every_steps, 1, kMaxSteps);
  in.text("resume_from", spec.resume_from);
  in.text("output_directory", spec.output_directory);
  for (const std::string_view name :
       {"problem", "loss_weight", "temperature", "dataset", "model", "optimizer", "schedule", "augment", "budget"}) {
    in.know(name);
  }
  if (spec.device == "cpu" && spec.precision != Precision::float32) {
    in.fault("precision", "must be float32 on the cpu, got " + precision);
  }
}

void check_mode(SectionReader& in, const TrainSpec& spec) {
  if (spec.mode == Mode::encoder) {
    if (!in.has("dataset")) in.fault("dataset", "is required in encoder mode: the data to train on");
    in.forbid("restarts", "belongs to embeddings mode; the mode is encoder");
    return;
  }
  for (const std::string_view name :
       {"dataset", "augment", "optimizer", "schedule", "precision", "resume_from", "checkpoint_every_steps"}) {
    in.forbid(name, "belongs to encoder mode; the mode is embeddings");
  }
  if (spec.device.rfind("cuda", 0) == 0) {
    in.fault("device", "must be auto or cpu in embeddings mode, which computes in float64 there, got " + spec.device);
  }
}

void read_sections(const Json& body, TrainSpec& spec, FaultList& faults) {
  if (const Json* part = member(body, "dataset")) read_dataset(*part, spec.dataset, faults);
  if (const Json* part = member(body, "model")) read_model(*part, spec.model, faults);
  if (const Json* part = member(body, "optimizer")) read_optimizer(*part, spec.optimizer, faults);
  if (const Json* part = member(body, "schedule")) read_schedule(*part, spec.schedule, faults);
  if (const Json* part = member(body, "augment")) read_augment(*part, spec.augment, faults);
  if (const Json* part = member(body, "budget")) read_budget(*part, spec.budget, faults);
}

bool gives(const Json& body, const char* section, const char* name) {
  const Json* part = member(body, section);
  return part != nullptr && part->is_object() && part->contains(name);
}

void join_dimension(const Json& body, TrainSpec& spec, FaultList& faults) {
  if (!spec.problem.dimension) {
    if (spec.mode == Mode::encoder || gives(body, "model", "projection")) {
      spec.problem.dimension = spec.model.projection;
    }
    return;
  }
  const std::int64_t dimension = *spec.problem.dimension;
  if (gives(body, "model", "projection")) {
    if (dimension != spec.model.projection && !faults.has("/model/projection")) {
      faults.add("/model/projection", "must equal problem.dimension (" + std::to_string(dimension) +
                                          ") where both are given, got " + std::to_string(spec.model.projection));
    }
  } else if (dimension > kMaxProjection) {
    faults.add("/problem/dimension", "must be at most " + std::to_string(kMaxProjection) + " to be trained, got " +
                                         std::to_string(dimension));
  }
  spec.model.projection = dimension;
}

void join_classes(const Json& body, TrainSpec& spec, FaultList& faults) {
  if (spec.mode != Mode::encoder || !is_generated(spec.dataset.kind) || !spec.dataset.coarse_of_fine.empty()) return;
  if (!gives(body, "dataset", "classes")) {
    spec.dataset.classes = spec.problem.classes;
  } else if (spec.dataset.classes != spec.problem.classes && !faults.has("/dataset/classes")) {
    faults.add("/dataset/classes", "must equal problem.classes (" + std::to_string(spec.problem.classes) +
                                       ") where both are given, got " + std::to_string(spec.dataset.classes));
  }
}

void check_size(const TrainSpec& spec, FaultList& faults) {
  if (spec.mode != Mode::embeddings) return;
  const advisor::Problem& problem = spec.problem;
  const double images =
      problem.dataset_instances_per_class
          ? static_cast<double>(*problem.dataset_instances_per_class) * static_cast<double>(problem.classes)
          : static_cast<double>(problem.batch_size);
  const double columns = spec.problem.dimension ? static_cast<double>(*spec.problem.dimension) : images - 1;
  const double coordinates = images * static_cast<double>(problem.views) * columns;
  if (coordinates <= static_cast<double>(kMaxFreeCoordinates)) return;
  faults.add("/problem", "must have at most " + std::to_string(kMaxFreeCoordinates) +
                             " coordinates (images times views times dimension) in embeddings mode, got " +
                             advisor::number_text(coordinates));
}

}  // namespace

Result<TrainSpec> read_spec(const Json& body) {
  FaultList faults;
  SectionReader in(body, "", faults);
  if (!body.is_object()) {
    in.finish();
    return faults.to_error();
  }
  TrainSpec spec;
  read_problem(body, spec, faults);
  const bool problem_is_right = faults.empty();
  read_plain_fields(in, spec);
  check_mode(in, spec);
  in.finish();
  read_sections(body, spec, faults);
  if (problem_is_right) {
    join_dimension(body, spec, faults);
    join_classes(body, spec, faults);
    check_size(spec, faults);
  }
  if (spec.mode == Mode::embeddings && spec.budget.epochs && !spec.problem.dataset_instances_per_class) {
    faults.add("/budget/epochs", "needs a data set: give problem.dataset_instances_per_class, or steps or seconds");
  }
  if (!faults.empty()) return faults.to_error();
  return spec;
}

}  // namespace ssem::trainer
