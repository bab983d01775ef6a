#include "api/jobs/validation_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "advisor/json/field_reader.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/requests.h"
#include "advisor/json/training/device_name.h"
#include "advisor/json/training/point.h"
#include "advisor/recommendation.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::FieldReader;
namespace protocol = advisor::json::training;
using advisor::json::quote_value_for_message;

constexpr std::string_view kRecommend = "recommend";
constexpr std::string_view kTarget = protocol::kTargetWithinClassVariance;
constexpr std::array<std::string_view, 6> kPointFields{protocol::kProblem,
                                                       protocol::kLossWeight,
                                                       protocol::kTemperature,
                                                       protocol::kTemperatureSchedule,
                                                       kRecommend,
                                                       kTarget};
constexpr std::array<std::string_view, 3> kBesideAdvice{protocol::kLossWeight, protocol::kTemperature, kTarget};
constexpr std::int64_t kMostRestarts = 1000;

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void read_dataset(const Json& body, const Datasets& datasets, JobRequest& request, FaultList& faults) {
  const auto given = body.find(protocol::kDataset);
  const bool absent = given == body.end();
  if (request.mode != protocol::kEncoderMode) {
    if (!absent) faults.add("/dataset", "belongs to mode encoder; the mode is embeddings");
    return;
  }
  const std::string known = "must be the name of a data set that this server has (" + list_of(datasets.names()) + ")";
  if (absent) return faults.add("/dataset", "is required in mode encoder and " + known);
  if (!given->is_string() || datasets.find(given->get<std::string>()) == nullptr) {
    return faults.add("/dataset", known + ", got " + quote_value_for_message(*given));
  }
  request.dataset = given->get<std::string>();
}

void read_budget(const Json& body, Json& spec, FaultList& faults) {
  const auto given = body.find(protocol::kBudget);
  if (given == body.end()) return;
  const std::string rule = "must be an object with one of steps (an integer >= 1), epochs and seconds (above 0)";
  if (!given->is_object() || given->size() != 1)
    return faults.add("/budget", rule + ", got " + quote_value_for_message(*given));
  const std::string& name = given->begin().key();
  const Json& value = given->begin().value();
  const std::string path = "/budget" + advisor::json::pointer_step(name);
  if (!protocol::is_one_of(protocol::kBudgets, name)) return faults.add(path, "is no known field");
  const bool right = name == protocol::kSteps ? value.is_number_integer() && value.get<double>() >= 1 &&
                                                    value.get<double>() <= static_cast<double>(kMostBudgetSteps)
                                              : value.is_number() && value.get<double>() > 0;
  if (!right) {
    const char* wanted =
        name == protocol::kSteps ? "must be an integer from 1 to 100000000, got " : "must be above 0, got ";
    return faults.add(path, wanted + quote_value_for_message(value));
  }
  spec[protocol::kBudget] = *given;
}

void read_device(const Json& body, JobRequest& request, FaultList& faults) {
  request.device = protocol::kAutoDevice;
  const auto given = body.find(protocol::kDevice);
  if (given == body.end()) return;
  if (!given->is_string() || !protocol::is_device_name(given->get<std::string>())) {
    return faults.add("/device", std::string(protocol::kDeviceRule) + ", got " + quote_value_for_message(*given));
  }
  request.device = given->get<std::string>();
  if (request.mode == protocol::kEmbeddingsMode && protocol::is_gpu(request.device)) {
    faults.add("/device", std::string(protocol::kCpuOnlyRule) + ", got " + request.device);
  }
}

bool wants_advice(const Json& body, FaultList& faults) {
  const auto given = body.find(kRecommend);
  if (given == body.end()) return false;
  if (!given->is_boolean()) faults.add("/recommend", "must be true or false, got " + quote_value_for_message(*given));
  return *given == true;
}

std::optional<advisor::EvaluationRequest> advised_point(const Json& body, FaultList& faults) {
  if (body.contains(protocol::kTemperatureSchedule)) {
    faults.add("/temperature_schedule", "excludes \"recommend\":true, which trains the recommended temperature");
  }
  const auto request = advisor::json::read_recommendation_request(protocol::flat_point(body, kBesideAdvice, faults));
  if (!request) protocol::add_flat_faults(body, request.error(), kBesideAdvice, faults);
  if (request) protocol::check_trainable(request.value().problem, faults);
  if (!request || !faults.empty()) return std::nullopt;
  const advisor::Evaluation advice = advisor::recommend(request.value()).evaluation;
  advisor::EvaluationRequest point;
  point.problem = advice.problem;
  if (protocol::is_trained_with_loss_weight(advice.problem.convention)) point.loss_weight = advice.loss_weight;
  point.temperature = advice.temperature;
  return point;
}

std::optional<advisor::EvaluationRequest> given_point(const Json& body, FaultList& faults) {
  if (body.contains(kTarget)) {
    faults.add("/target_within_class_variance",
               "belongs to \"recommend\":true; loss weight and temperature fix the variance");
  }
  auto point = protocol::read_point(body, faults);
  if (!point && body.contains(protocol::kProblem) && !body.contains(protocol::kTemperature) &&
      !body.contains(protocol::kTemperatureSchedule)) {
    faults.add("/recommend", "true would train the recommended loss weight and temperature");
  }
  return point;
}

// ssem-train checks the target again; here its faults come at once.
void read_control(const Json& body, bool encoder, Json& spec, FaultList& faults) {
  const auto given = body.find(protocol::kControl);
  if (given == body.end()) return;
  const std::string path = '/' + std::string(protocol::kControl);
  if (!encoder) faults.add(path, "belongs to mode encoder; the mode is embeddings");
  FieldReader fields(*given, faults, path);
  const auto target = fields.number(kTarget);
  const bool missing = fields.is_object() && !fields.has(kTarget);
  if (missing || (target && (*target <= 0 || *target >= 1))) {
    fields.fault(kTarget, "must be the variance to hold: a number between 0 and 1, both excluded");
  }
  fields.reject_unknown({{kTarget}});
  spec[protocol::kControl] = *given;
}

}  // namespace

JobRequest read_training(const Json& body, const Datasets& datasets, FaultList& faults) {
  JobRequest request;
  request.mode = protocol::kEmbeddingsMode;
  request.device = protocol::kAutoDevice;
  Json spec = Json::object();
  FieldReader fields(body, faults);
  if (!body.is_object()) return request;
  if (const auto mode = fields.choice(protocol::kMode, protocol::kTrainingModes)) request.mode = *mode;
  const bool encoder = request.mode == protocol::kEncoderMode;
  spec[protocol::kMode] = request.mode;
  read_dataset(body, datasets, request, faults);
  read_device(body, request, faults);
  read_budget(body, spec, faults);
  spec[protocol::kSeed] = fields.integer_in(protocol::kSeed, 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  if (const auto restarts = fields.integer_in(protocol::kRestarts, 1, kMostRestarts)) {
    spec[protocol::kRestarts] = *restarts;
    if (encoder) faults.add("/restarts", "belongs to mode embeddings; the mode is encoder");
  }
  for (const std::string_view section : protocol::kEncoderSections) {
    const auto given = body.find(section);
    if (given == body.end()) continue;
    const std::string path = '/' + std::string(section);
    if (!given->is_object()) faults.add(path, "must be an object, got " + quote_value_for_message(*given));
    if (!encoder) faults.add(path, "belongs to mode encoder; the mode is embeddings");
    spec[section] = *given;
  }
  read_control(body, encoder, spec, faults);
  request.spec = advisor::json::SharedJson(std::move(spec));
  return request;
}

Result<JobRequest> read_validation(const Json& body, const Datasets& datasets) {
  FaultList faults;
  JobRequest request = read_training(body, datasets, faults);
  if (!body.is_object()) return faults.to_error();
  std::vector<std::string_view> known(kTrainingFields.begin(), kTrainingFields.end());
  known.insert(known.end(), kPointFields.begin(), kPointFields.end());
  FieldReader(body, faults).reject_unknown(known);
  FaultList point_faults;
  const bool advice = wants_advice(body, point_faults);
  request.point = advice ? advised_point(body, point_faults) : given_point(body, point_faults);
  faults.add_all("", point_faults.faults());
  if (!faults.empty()) return faults.to_error();
  Json spec{{protocol::kProblem, body[protocol::kProblem]}};  // as it was asked, so that it is shown as it was asked
  if (request.point->loss_weight && protocol::is_trained_with_loss_weight(request.point->problem.convention)) {
    spec[protocol::kLossWeight] = *request.point->loss_weight;
  }
  if (const auto schedule = body.find(protocol::kTemperatureSchedule); schedule != body.end()) {
    spec[protocol::kTemperatureSchedule] = *schedule;
  } else {
    spec[protocol::kTemperature] = request.point->temperature;
  }
  spec.update(request.spec.get());
  request.spec = advisor::json::SharedJson(std::move(spec));
  return request;
}

}  // namespace ssem::api::jobs
