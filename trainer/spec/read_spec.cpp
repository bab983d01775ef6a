#include "trainer/spec/read_spec.h"

#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/training/device_name.h"
#include "advisor/json/training/finite_data.h"
#include "advisor/json/training/point.h"
#include "advisor/json/training/spec_fields.h"
#include "advisor/numeric/number_text.h"
#include "trainer/spec/section_reader.h"
#include "trainer/spec/spec_sections.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::quote_value_for_message;
namespace protocol = advisor::json::training;

constexpr std::array<std::string_view, 3> kPrecisions{"float32", "tf32", "bfloat16"};
constexpr std::int64_t kMaxRestarts = 1000;

const Json* member(const Json& body, std::string_view name) {
  const auto found = body.find(name);
  return found == body.end() ? nullptr : &*found;
}

void read_problem(const Json& body, TrainSpec& spec, FaultList& faults) {
  const auto point = protocol::read_point(body, faults);
  if (!point) return;
  spec.problem = point->problem;
  spec.problem.base_temperature.reset();  // it scales what libraries log, not the loss
  spec.loss_weight = point->loss_weight.value_or(0);
  spec.temperature = point->temperature;
  spec.temperature_schedule = protocol::read_trained_schedule(body, faults);
  if (!protocol::trains_embeddings(body)) return;
  Json problem = body.at(protocol::kProblem);
  spec.data_note = protocol::make_data_finite(problem);
}

void read_plain_fields(SectionReader& in, TrainSpec& spec) {
  std::string mode(protocol::kEmbeddingsMode);
  in.choice(protocol::kMode, mode, protocol::kTrainingModes);
  spec.mode = mode == protocol::kEncoderMode ? Mode::encoder : Mode::embeddings;
  in.text(protocol::kDevice, spec.device);
  if (!protocol::is_device_name(spec.device)) {
    in.fault(protocol::kDevice,
             std::string(protocol::kDeviceRule) + ", got " + quote_value_for_message(Json(spec.device)));
  }
  std::string precision = "float32";
  in.choice(protocol::kPrecision, precision, kPrecisions);
  if (precision == "tf32") spec.precision = Precision::tf32;
  if (precision == "bfloat16") spec.precision = Precision::bfloat16;
  in.integer(protocol::kSeed, spec.seed, 0, std::numeric_limits<std::int64_t>::max());
  in.integer(protocol::kRestarts, spec.restarts, 1, kMaxRestarts);
  in.integer(protocol::kCheckpointEverySteps, spec.checkpoint_every_steps, 1, kMaxSteps);
  in.text(protocol::kResumeFrom, spec.resume_from);
  in.text(protocol::kOutputDirectory, spec.output_directory);
  for (const std::string_view name : {protocol::kProblem, protocol::kDataset, protocol::kBudget}) in.know(name);
  for (const std::string_view name : protocol::kPointFields) in.know(name);
  for (const std::string_view name : protocol::kEncoderSections) in.know(name);
  for (const std::string_view name : protocol::kMeasuredOn) in.know(name);
  in.know(protocol::kTemperatureSchedule);
  in.know(protocol::kControl);
  in.know(protocol::kCorruptions);
  if (spec.device == protocol::kCpu && spec.precision != Precision::float32) {
    in.fault(protocol::kPrecision, "must be float32 on the cpu, got " + precision);
  }
}

void check_mode(SectionReader& in, const TrainSpec& spec) {
  if (spec.mode == Mode::encoder) {
    if (!in.has(protocol::kDataset)) in.fault(protocol::kDataset, "is required in encoder mode: the data to train on");
    in.forbid(protocol::kRestarts, "belongs to embeddings mode; the mode is encoder");
    return;
  }
  for (const std::string_view name :
       {protocol::kDataset, protocol::kAugment, protocol::kOptimizer, protocol::kSchedule, protocol::kPrecision,
        protocol::kResumeFrom, protocol::kCheckpointEverySteps, protocol::kControl, protocol::kTransfer,
        protocol::kForeignData, protocol::kCorruptions}) {
    in.forbid(name, "belongs to encoder mode; the mode is embeddings");
  }
  if (protocol::is_gpu(spec.device)) {
    in.fault(protocol::kDevice, std::string(protocol::kCpuOnlyRule) + ", got " + spec.device);
  }
}

void read_sections(const Json& body, TrainSpec& spec, FaultList& faults) {
  if (const Json* part = member(body, protocol::kDataset)) read_dataset(*part, "/dataset", spec.dataset, faults);
  if (const Json* part = member(body, protocol::kModel)) read_model(*part, spec.model, faults);
  if (const Json* part = member(body, protocol::kOptimizer)) read_optimizer(*part, spec.optimizer, faults);
  if (const Json* part = member(body, protocol::kSchedule)) read_schedule(*part, spec.schedule, faults);
  if (const Json* part = member(body, protocol::kAugment)) read_augment(*part, spec.augment, faults);
  if (const Json* part = member(body, protocol::kBudget)) read_budget(*part, spec.budget, faults);
  if (const Json* part = member(body, protocol::kControl)) read_control(*part, spec.control.emplace(), faults);
  if (const Json* part = member(body, protocol::kTransfer)) {
    read_datasets(*part, protocol::kTransfer, spec.transfer, faults);
  }
  if (const Json* part = member(body, protocol::kForeignData)) {
    read_datasets(*part, protocol::kForeignData, spec.foreign_data, faults);
  }
  if (const Json* part = member(body, protocol::kCorruptions)) read_corruptions(*part, spec.corruptions, faults);
}

bool gives(const Json& body, std::string_view section, const char* name) {
  const Json* part = member(body, section);
  return part != nullptr && part->is_object() && part->contains(name);
}

void join_dimension(const Json& body, TrainSpec& spec, FaultList& faults) {
  if (!spec.problem.dimension) {
    if (spec.mode == Mode::encoder || gives(body, protocol::kModel, "projection")) {
      spec.problem.dimension = spec.model.projection;
    }
    return;
  }
  const std::int64_t dimension = *spec.problem.dimension;
  if (gives(body, protocol::kModel, "projection")) {
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
  if (!gives(body, protocol::kDataset, "classes")) {
    spec.dataset.classes = spec.problem.classes;
  } else if (spec.dataset.classes != spec.problem.classes && !faults.has("/dataset/classes")) {
    faults.add("/dataset/classes", "must equal problem.classes (" + std::to_string(spec.problem.classes) +
                                       ") where both are given, got " + std::to_string(spec.dataset.classes));
  }
}

// Steering needs a loss weight that does something.
void check_control(const TrainSpec& spec, FaultList& faults) {
  const std::string path = '/' + std::string(protocol::kControl);
  if (spec.problem.views < 2) {
    faults.add(path, "needs two views of an image; with one there is no self-supervised term to weigh");
  } else if (advisor::has_fixed_loss_weight(spec.problem.convention)) {
    faults.add(path, "needs a loss weight to steer; convention " + std::string(advisor::name(spec.problem.convention)) +
                         " has none of its own");
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
  if (problem_is_right && spec.control) check_control(spec, faults);
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
