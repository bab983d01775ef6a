#include "advisor/json/requests.h"

#include <nlohmann/json.hpp>

#include "advisor/json/field_names.h"
#include "advisor/json/field_reader.h"
#include "advisor/json/quote_for_message.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;

template <class... Values>
std::array<std::string_view, sizeof...(Values)> names_of(Values... values) {
  return {name(values)...};
}

template <std::size_t A, std::size_t B>
constexpr std::array<std::string_view, A + B> joined(const std::array<std::string_view, A>& first,
                                                     const std::array<std::string_view, B>& second) {
  std::array<std::string_view, A + B> all{};
  for (std::size_t index = 0; index < A; ++index) all[index] = first[index];
  for (std::size_t index = 0; index < B; ++index) all[A + index] = second[index];
  return all;
}

constexpr auto kEvaluationRequestFields = joined(joined(kProblemFields, kEvaluationFields), kLibraryFields);
constexpr auto kRecommendationRequestFields = joined(joined(kProblemFields, kRecommendationFields), kLibraryFields);
constexpr auto kPhaseDiagramRequestFields = joined(kProblemFields, kPhaseDiagramFields);

// Shares the field's rule between single values and the ends of an axis.
using NumberRule = bool (*)(double);
bool is_loss_weight(double value) { return value >= 0 && value <= 1; }
bool is_temperature(double value) { return value >= kLowestTemperature && value <= kHighestTemperature; }
bool is_cross_entropy_weight(double value) { return value >= 0 && value <= kMaxCrossEntropyWeight; }
bool is_variance_target(double value) { return value > 0 && value < 1; }
constexpr const char* kLossWeightRule = "must be from 0 to 1 (weight of the self-supervised term)";
constexpr const char* kTemperatureRule = "must be from 1e-4 to 1e4";
constexpr const char* kVarianceTargetRule = "must be above 0 and below 1";

std::optional<double> read_number(FieldReader& in, FaultList& faults, std::string_view name, NumberRule holds,
                                  const char* rule) {
  const auto value = in.number(name);
  if (!value || holds(*value)) return value;
  faults.add(pointer_step(name), std::string(rule) + ", got " + quote_value_for_message(Json(*value)));
  return std::nullopt;
}

const std::vector<std::string_view>& preset_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const PresetFields& preset : presets()) names.push_back(preset.name);
    return names;
  }();
  return kNames;
}

std::optional<double> read_loss_weight(FieldReader& in, FaultList& faults, std::string_view name = "loss_weight") {
  return read_number(in, faults, name, is_loss_weight, kLossWeightRule);
}

LibraryFields read_library_settings(FieldReader& in, FaultList& faults, const std::string& prefix) {
  static constexpr std::array<std::string_view, 2> kMethods{"supcon", "simclr"};
  LibraryFields fields;
  fields.temperature = read_number(in, faults, prefix + "temperature", is_temperature, kTemperatureRule);
  fields.base_temperature = read_number(in, faults, prefix + "base_temperature", is_temperature, kTemperatureRule);
  fields.loss_weight = read_number(in, faults, prefix + "loss_weight", is_loss_weight, kLossWeightRule);
  if (const auto method = in.choice(prefix + "method", kMethods)) fields.simclr = *method == kMethods[1];
  return fields;
}

std::vector<std::string_view> library_names() {
  std::vector<std::string_view> names;
  for (const LibraryLoss& loss : known_libraries()) names.push_back(loss.name);
  return names;
}

// Faults of the object's fields are named as those beside it, "/library_temperature", and put right here.
std::optional<TrainedWith> read_library(FieldReader& in, FaultList& faults, ProblemFields& problem) {
  const Json* given = in.find("library");
  const std::vector<std::string_view> names = library_names();
  FaultList found;
  LibraryFields fields;
  const bool object = given != nullptr && given->is_object();
  if (object) {
    static constexpr std::array<std::string_view, 5> kInside{"name", "temperature", "base_temperature", "loss_weight",
                                                             "method"};
    FieldReader inside(*given, found);
    fields = read_library_settings(inside, found, "");
    if (const auto name = inside.choice("name", names)) fields.library = library_from(*name);
    if (!inside.has("name")) found.add("/name", "is required: the library's name");
    inside.reject_unknown(kInside);
    for (std::size_t index = 1; index < kLibraryFields.size(); ++index) {
      if (in.has(kLibraryFields[index])) in.fault(kLibraryFields[index], "belongs into the object library");
    }
    if (!found.empty()) {
      for (const FieldFault& fault : found.to_error().fields) faults.add("/library" + fault.path, fault.message);
      return std::nullopt;
    }
  } else {
    fields = read_library_settings(in, faults, "library_");
    if (const auto name = in.choice("library", names)) fields.library = library_from(*name);
    if (given != nullptr && !fields.library) return std::nullopt;  // its settings are those of a library
  }
  const auto checked = check_library(fields, problem, found);
  if (found.empty()) return checked;
  for (FieldFault fault : found.to_error().fields) {
    constexpr std::string_view kBeside = "/library_";
    if (object && fault.path.starts_with(kBeside)) fault.path = "/library/" + fault.path.substr(kBeside.size());
    if (!faults.has(fault.path)) faults.add(fault.path, fault.message);  // a wrong value is not missing
  }
  return std::nullopt;
}

int read_axis_points(FieldReader& in, std::string_view name, int absent) {
  return static_cast<int>(in.integer_in(name, kMinAxisPoints, kMaxAxisPoints).value_or(absent));
}

void exclude_point(FieldReader& in, FaultList& faults) {
  for (const char* name : {"loss_weight", "temperature"}) {
    if (!in.has(name) || faults.has(pointer_step(name))) continue;
    in.fault(name, std::string("excludes library: what is given to it is library_") + name);
  }
}

// Where labels are there, as they are unless a request says otherwise.
void expect_labels(FieldReader& in) {
  in.flag(kLabelsField);
  if (in.has(kDatasetImagesField)) {
    in.fault(kDatasetImagesField, "needs labels: false; with labels it is dataset_instances_per_class");
  }
  // Questions of their own, which evaluations and recommendations answer elsewhere: who comes here does not know them.
  for (const std::string_view question : {kLabelLevelsField, kTemperatureScheduleField}) {
    if (in.has(question)) in.fault(question, "does not belong here: evaluations and recommendations answer it");
  }
}

void check_axis(FaultList& faults, const std::string& quantity, double lowest, double highest) {
  const std::string path = "/max_" + quantity;
  if (lowest < highest || faults.has(path) || faults.has("/min_" + quantity)) return;
  faults.add(path, "must be above min_" + quantity + " (" + quote_value_for_message(Json(lowest)) + "), got " +
                       quote_value_for_message(Json(highest)));
}

}  // namespace

ProblemFields read_problem_fields(FieldReader& in, FaultList& faults) {
  static const auto kConventionNames =
      names_of(Convention::anchor_excluded, Convention::anchor_included, Convention::supcon, Convention::supcon_in,
               Convention::dcl, Convention::cross_view, Convention::negatives_only);
  static const auto kSamplingNames = names_of(Sampling::balanced, Sampling::random);
  static const auto kReductionNames = names_of(Reduction::anchor_mean, Reduction::pair_mean);
  static const auto kGoalNames = names_of(Goal::unknown, Goal::same_labels, Goal::fine_labels, Goal::transfer,
                                          Goal::retrieval, Goal::foreign_data);
  static constexpr std::array kDatasetNames{kDatasetIsBatch};
  ProblemFields fields;
  if (const auto text = in.choice("preset", preset_names())) fields.preset = preset_from(*text);
  fields.classes = in.integer("classes", 2, kMaxClasses);
  fields.batch_size = in.integer("batch_size", 2, kMaxBatchSize);
  fields.instances_per_class = in.integer("instances_per_class", 1, kMaxInstancesPerClass);
  fields.dimension = in.integer("dimension", 1, kMaxDimension);
  fields.views = in.integer("views", 1, kMaxViews);
  if (const auto text = in.choice("convention", kConventionNames)) fields.convention = convention_from(*text);
  if (const auto text = in.choice("sampling", kSamplingNames)) fields.sampling = sampling_from(*text);
  fields.classes_per_batch = in.integer("classes_per_batch", 2, kMaxClasses);
  if (const auto text = in.choice("reduction", kReductionNames)) fields.reduction = reduction_from(*text);
  fields.dataset_instances_per_class = in.integer("dataset_instances_per_class", 1, kMaxImages);
  fields.dataset_is_batch = in.choice("dataset", kDatasetNames).has_value();
  fields.class_counts = in.integers(kClassCountsField, 1, kMaxImages);
  fields.gpus = in.integer("gpus", 1, kMaxGpus);
  fields.loss_gathers = in.flag("loss_gathers");
  fields.accumulation_steps = in.integer("accumulation_steps", 1, kMaxAccumulationSteps);
  fields.queue_size = in.integer("queue_size", 1, kMaxBatchSize);
  if (const auto text = in.choice("goal", kGoalNames)) fields.goal = goal_from(*text);
  static const auto kHeadNames = names_of(CrossEntropyHead::separate, CrossEntropyHead::shared);
  fields.cross_entropy_weight = read_number(in, faults, "cross_entropy_weight", is_cross_entropy_weight,
                                            "must be from 0 to 1e6 (of a classifier's cross-entropy, no loss weight)");
  if (const auto text = in.choice("cross_entropy_head", kHeadNames)) {
    fields.cross_entropy_head = cross_entropy_head_from(*text);
  }
  // null is what it is without one.
  const Json* base = in.find("base_temperature");
  if (base != nullptr && !base->is_null()) {
    fields.base_temperature = read_number(in, faults, "base_temperature", is_temperature, kTemperatureRule);
  }
  return fields;
}

std::optional<double> read_temperature(FieldReader& in, FaultList& faults, std::string_view name) {
  return read_number(in, faults, name, is_temperature, kTemperatureRule);
}

Result<Problem> read_problem(const Json& body) {
  FaultList faults;
  FieldReader in(body, faults);
  if (!body.is_object()) return faults.to_error();
  const ProblemFields fields = read_problem_fields(in, faults);
  in.reject_unknown(kProblemFields);
  const auto problem = check_problem(fields, faults);
  if (!faults.empty() || !problem) return faults.to_error();
  return *problem;
}

Result<EvaluationRequest> read_evaluation_request(const Json& body) {
  FaultList faults;
  FieldReader in(body, faults);
  if (!body.is_object()) return faults.to_error();
  ProblemFields fields = read_problem_fields(in, faults);
  expect_labels(in);
  const auto library = read_library(in, faults, fields);
  EvaluationRequest request;
  request.loss_weight = read_loss_weight(in, faults);
  request.temperature = read_temperature(in, faults).value_or(0);
  in.reject_unknown(kEvaluationRequestFields);
  auto problem = check_problem(fields, faults);
  const Convention convention = problem ? problem->convention : fields.convention.value_or(Problem{}.convention);
  if (in.has("library")) {
    exclude_point(in, faults);
    if (!faults.empty() || !problem || !library) return faults.to_error();
    if (!has_fixed_loss_weight(problem->convention)) request.loss_weight = library->loss_weight;
    request.temperature = library->temperature;
    request.problem = *std::move(problem);
    return request;
  }
  if (!in.has("loss_weight") && !has_fixed_loss_weight(convention) && !faults.has("/convention")) {
    faults.add("/loss_weight", "is required: a number from 0 to 1 (weight of the self-supervised term)");
  }
  if (!in.has("temperature")) faults.add("/temperature", "is required: a number from 1e-4 to 1e4");
  if (!faults.empty() || !problem) return faults.to_error();
  request.problem = *std::move(problem);
  return request;
}

Result<RecommendationRequest> read_recommendation_request(const Json& body) {
  FaultList faults;
  FieldReader in(body, faults);
  if (!body.is_object()) return faults.to_error();
  ProblemFields fields = read_problem_fields(in, faults);
  expect_labels(in);
  RecommendationRequest request;
  request.trained_with = read_library(in, faults, fields);
  request.target_within_class_variance =
      read_number(in, faults, "target_within_class_variance", is_variance_target, kVarianceTargetRule);
  request.loss_weight = read_loss_weight(in, faults);
  request.temperature = read_temperature(in, faults);
  in.reject_unknown(kRecommendationRequestFields);
  auto problem = check_problem(fields, faults);
  if (in.has("library")) {
    exclude_point(in, faults);
  } else if (in.has("loss_weight") && in.has("temperature") && !faults.has("/temperature")) {
    faults.add("/temperature", "excludes loss_weight: hold at most one of the two fixed");
  }
  if (!faults.empty() || !problem) return faults.to_error();
  request.problem = *std::move(problem);
  return request;
}

Result<PhaseDiagramRequest> read_phase_diagram_request(const Json& body) {
  FaultList faults;
  FieldReader in(body, faults);
  if (!body.is_object()) return faults.to_error();
  const ProblemFields fields = read_problem_fields(in, faults);
  PhaseDiagramRequest request;
  request.loss_weights = read_axis_points(in, "loss_weights", request.loss_weights);
  request.temperatures = read_axis_points(in, "temperatures", request.temperatures);
  request.min_loss_weight = read_loss_weight(in, faults, "min_loss_weight").value_or(request.min_loss_weight);
  request.max_loss_weight = read_loss_weight(in, faults, "max_loss_weight").value_or(request.max_loss_weight);
  request.min_temperature = read_temperature(in, faults, "min_temperature").value_or(request.min_temperature);
  request.max_temperature = read_temperature(in, faults, "max_temperature").value_or(request.max_temperature);
  in.reject_unknown(kPhaseDiagramRequestFields);
  auto problem = check_problem(fields, faults);
  check_axis(faults, "loss_weight", request.min_loss_weight, request.max_loss_weight);
  check_axis(faults, "temperature", request.min_temperature, request.max_temperature);
  if (!faults.empty() || !problem) return faults.to_error();
  request.problem = *std::move(problem);
  return request;
}

}  // namespace ssem::advisor::json
