#include "advisor/json/training/point.h"

#include <nlohmann/json.hpp>
#include <string>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/training/finite_data.h"
#include "advisor/json/training/spec_fields.h"
#include "advisor/json/training/trained_schedule.h"

namespace ssem::advisor::json::training {
namespace {

using Json = nlohmann::ordered_json;

const Json* problem_of(const Json& body) {
  const auto found = body.find(kProblem);
  return found != body.end() && found->is_object() ? &*found : nullptr;
}

}  // namespace

bool trains_embeddings(const Json& body) {
  const auto mode = body.find(kMode);
  return mode == body.end() || *mode == kEmbeddingsMode;
}

Json flat_point(const Json& body, std::span<const std::string_view> beside, FaultList& faults) {
  const Json* problem = problem_of(body);
  if (problem == nullptr) {
    faults.add("/problem", body.contains(kProblem)
                               ? "must be a JSON object, got " + quote_value_for_message(body.at(kProblem))
                               : "is required: an object with classes, batch_size and so on");
  }
  Json flat = problem != nullptr ? *problem : Json::object();
  if (problem != nullptr && trains_embeddings(body)) make_data_finite(flat);
  for (const std::string_view name : beside) {
    if (flat.erase(name) > 0) faults.add("/problem/" + std::string(name), "belongs beside problem, not into it");
    if (const auto value = body.find(name); value != body.end()) flat[name] = *value;
  }
  return flat;
}

void add_flat_faults(const Json& body, const Error& error, std::span<const std::string_view> beside,
                     FaultList& faults) {
  for (const FieldFault& fault : error.fields) {
    const bool stands_beside = !fault.path.empty() && is_one_of(beside, std::string_view(fault.path).substr(1));
    if (stands_beside) {
      faults.add(fault.path, fault.message);
    } else if (problem_of(body) != nullptr) {
      faults.add("/problem" + fault.path, fault.message);
    }
  }
}

void check_trainable(const Problem& problem, FaultList& faults) {
  if (problem.queue_size) {
    faults.add("/problem/queue_size",
               "must be absent here: ssem-train holds no queue; cross_view in batches of queue_size + 1 images (" +
                   std::to_string(problem.images_met()) + ") compares each view with as many keys");
  }
  if (problem.cross_entropy_weight && *problem.cross_entropy_weight > 0) {
    faults.add("/problem/cross_entropy_weight",
               "must be absent or 0 here: ssem-train trains the contrastive loss alone");
  }
  if (problem.convention != Convention::supcon_in) return;
  faults.add("/problem/convention", "cannot be trained: supcon_in is only evaluated; train supcon instead");
}

std::optional<EvaluationRequest> read_point(const Json& body, FaultList& faults) {
  FaultList found;
  Json flat = flat_point(body, kPointFields, found);
  if (flat.erase(std::string(kTemperatureSchedule)) > 0) {
    found.add("/problem/" + std::string(kTemperatureSchedule), "belongs beside problem, not into it");
  }
  if (body.contains(kTemperatureSchedule)) {
    const auto scheduled = read_trained_schedule(body, found);
    flat[kTemperature] = scheduled ? scheduled->over.last() : kHighestTemperature;
  }
  const auto request = read_evaluation_request(flat);
  if (!request) add_flat_faults(body, request.error(), kPointFields, found);
  if (request) check_trainable(request.value().problem, found);
  if (found.empty()) return request.value();
  for (const FieldFault& fault : found.to_error().fields) faults.add(fault.path, fault.message);
  return std::nullopt;
}

Json problem_json(const Problem& problem) {
  Json json = to_json(problem);
  const bool counted = problem.imbalanced();
  if (counted) json.erase("classes");
  json.erase("instances_per_class");  // of it and batch_size only one may be there
  for (const char* name : {"dimension", "dataset_instances_per_class"}) {
    if (json[name].is_null()) json.erase(name);
  }
  if (problem.sampling == Sampling::random || counted) json.erase("classes_per_batch");
  return json;
}

}  // namespace ssem::advisor::json::training
