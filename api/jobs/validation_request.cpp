#include "api/jobs/validation_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "advisor/json/field_reader.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "advisor/recommendation.h"
#include "api/jobs/device_slots.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::FieldReader;
using advisor::json::quote_value_for_message;

constexpr std::array<std::string_view, 2> kModes{"embeddings", "encoder"};
constexpr std::array<std::string_view, 5> kPointFields{"problem", "loss_weight", "temperature", "recommend",
                                                       "target_within_class_variance"};
constexpr std::array<const char*, 3> kBudgets{"steps", "epochs", "seconds"};
constexpr std::int64_t kMostRestarts = 1000;

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void read_dataset(const Json& body, const Datasets& datasets, JobRequest& request, FaultList& faults) {
  const auto given = body.find("dataset");
  const bool absent = given == body.end();
  if (request.mode != "encoder") {
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
  const auto given = body.find("budget");
  if (given == body.end()) return;
  const std::string rule = "must be an object with one of steps (an integer >= 1), epochs and seconds (above 0)";
  if (!given->is_object() || given->size() != 1)
    return faults.add("/budget", rule + ", got " + quote_value_for_message(*given));
  const std::string& name = given->begin().key();
  const Json& value = given->begin().value();
  const std::string path = "/budget" + advisor::json::pointer_step(name);
  if (std::find(kBudgets.begin(), kBudgets.end(), name) == kBudgets.end()) return faults.add(path, "is no known field");
  const bool right = name == "steps" ? value.is_number_integer() && value.get<double>() >= 1 &&
                                           value.get<double>() <= static_cast<double>(kMostBudgetSteps)
                                     : value.is_number() && value.get<double>() > 0;
  if (!right) {
    const char* wanted = name == "steps" ? "must be an integer from 1 to 100000000, got " : "must be above 0, got ";
    return faults.add(path, wanted + quote_value_for_message(value));
  }
  spec["budget"] = *given;
}

void read_device(const Json& body, JobRequest& request, FaultList& faults) {
  request.device = "auto";
  const auto given = body.find("device");
  if (given == body.end()) return;
  if (!given->is_string() || !is_device_name(given->get<std::string>())) {
    return faults.add("/device", "must be auto, cpu, cuda or cuda:N, got " + quote_value_for_message(*given));
  }
  request.device = given->get<std::string>();
  if (request.mode == "embeddings" && request.device.rfind("cuda", 0) == 0) {
    faults.add("/device",
               "must be auto or cpu in mode embeddings, which computes in float64 there, got " + request.device);
  }
}

// The problem with what stands beside it, as the advisor's readers take it.
Json flat(const Json& body, std::initializer_list<const char*> beside) {
  Json request = body.contains("problem") && body["problem"].is_object() ? body["problem"] : Json::object();
  for (const char* name : beside) {
    if (body.contains(name)) request[name] = body[name];
  }
  return request;
}

// The advisor's faults, the problem's with their path from the root.
void add_faults(const Error& error, FaultList& faults) {
  for (const FieldFault& fault : error.fields) {
    const bool beside = std::any_of(kPointFields.begin(), kPointFields.end(),
                                    [&](std::string_view name) { return fault.path == "/" + std::string(name); });
    faults.add(beside ? fault.path : "/problem" + fault.path, fault.message);
  }
}

std::optional<advisor::Evaluation> read_point(const Json& body, FaultList& faults) {
  if (!body.contains("problem") || !body["problem"].is_object()) {
    faults.add("/problem", "is required: an object with classes, batch_size and so on");
    return std::nullopt;
  }
  for (const char* name : {"loss_weight", "temperature", "target_within_class_variance"}) {
    if (body["problem"].contains(name))
      faults.add(std::string("/problem/") + name, "belongs beside problem, not into it");
  }
  bool recommend = false;
  if (const auto given = body.find("recommend"); given != body.end()) {
    if (!given->is_boolean()) faults.add("/recommend", "must be true or false, got " + quote_value_for_message(*given));
    recommend = given->is_boolean() && given->get<bool>();
  }
  if (!faults.empty()) return std::nullopt;
  if (recommend) {
    const auto request = advisor::json::read_recommendation_request(
        flat(body, {"loss_weight", "temperature", "target_within_class_variance"}));
    if (request) return advisor::recommend(request.value()).evaluation;
    add_faults(request.error(), faults);
    return std::nullopt;
  }
  if (body.contains("target_within_class_variance")) {
    faults.add("/target_within_class_variance",
               "belongs to \"recommend\":true; loss weight and temperature fix the variance");
  }
  const auto request = advisor::json::read_evaluation_request(flat(body, {"loss_weight", "temperature"}));
  if (!request) add_faults(request.error(), faults);
  if (!request && !body.contains("temperature")) {
    faults.add("/recommend", "true would train the recommended loss weight and temperature");
  }
  if (!faults.empty()) return std::nullopt;
  return advisor::evaluate(request.value());
}

}  // namespace

JobRequest read_training(const Json& body, const Datasets& datasets, FaultList& faults) {
  JobRequest request;
  request.mode = "embeddings";
  Json spec = Json::object();
  FieldReader fields(body, faults);
  if (!body.is_object()) return request;
  if (const auto mode = fields.choice("mode", kModes)) request.mode = *mode;
  spec["mode"] = request.mode;
  read_dataset(body, datasets, request, faults);
  read_device(body, request, faults);
  read_budget(body, spec, faults);
  spec["seed"] = fields.integer_in("seed", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
  if (const auto restarts = fields.integer_in("restarts", 1, kMostRestarts)) {
    spec["restarts"] = *restarts;
    if (request.mode == "encoder") faults.add("/restarts", "belongs to mode embeddings; the mode is encoder");
  }
  for (const char* section : {"model", "optimizer", "schedule", "augment"}) {
    const auto given = body.find(section);
    if (given == body.end()) continue;
    const std::string path = std::string("/") + section;
    if (!given->is_object()) faults.add(path, "must be an object, got " + quote_value_for_message(*given));
    if (request.mode == "embeddings") faults.add(path, "belongs to mode encoder; the mode is embeddings");
    spec[section] = *given;
  }
  request.spec = advisor::json::dump(spec);
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
  const auto evaluation = read_point(body, point_faults);
  faults.add_all("", point_faults.faults());
  if (evaluation && evaluation->problem.convention == advisor::Convention::supcon_in) {
    faults.add("/problem/convention", "cannot be trained: supcon_in is only evaluated; train supcon instead");
  }
  if (!faults.empty()) return faults.to_error();
  Json spec{{"problem", body["problem"]}};
  if (evaluation->loss_weight && !has_fixed_loss_weight(evaluation->problem.convention)) {
    spec["loss_weight"] = *evaluation->loss_weight;
  }
  spec["temperature"] = evaluation->temperature;
  spec.update(Json::parse(request.spec));
  request.spec = advisor::json::dump(spec);
  return request;
}

std::string predicted_text(const JobRequest& request) {
  const auto spec = Json::parse(request.spec, nullptr, false);
  if (!spec.is_object()) return {};
  const auto read = advisor::json::read_evaluation_request(flat(spec, {"loss_weight", "temperature"}));
  return read ? advisor::json::to_text(advisor::evaluate(read.value())) : std::string();
}

}  // namespace ssem::api::jobs
