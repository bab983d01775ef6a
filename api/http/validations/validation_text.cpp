#include "api/http/validations/validation_text.h"

#include <nlohmann/json.hpp>

#include "advisor/json/error_text.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/spec_fields.h"

namespace ssem::api::http {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

Json moment(const std::optional<studies::Timestamp>& when) { return when ? Json(studies::to_iso(*when)) : Json(); }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json prediction(const jobs::JobRequest& request) {
  return request.point ? advisor::json::to_json(advisor::evaluate(*request.point)) : Json();
}

Json member(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

Json summary(const jobs::Job& job) {
  Json out;
  out["id"] = job.id;
  out["state"] = name_of(job.state);
  out["created_at"] = studies::to_iso(job.created_at);
  out["started_at"] = moment(job.started_at);
  out["finished_at"] = moment(job.finished_at);
  out["queue_position"] = job.queue_position > 0 ? Json(job.queue_position) : Json();
  out["mode"] = job.request.mode;
  out["dataset"] = text_or_null(job.request.dataset);
  out["device"] = text_or_null(job.device);
  for (const std::string_view name :
       {protocol::kProblem, protocol::kLossWeight, protocol::kTemperature, protocol::kTemperatureSchedule,
        protocol::kSeed, protocol::kBudget, protocol::kModel, protocol::kOptimizer, protocol::kControl}) {
    out[name] = member(job.request.spec.get(), name);
  }
  out["progress"] = job.progress.get();
  out["verdict"] = text_or_null(job.verdict);
  out["error"] = job.error ? advisor::json::to_json(*job.error, "")["error"] : Json();
  if (job.error) out["error"].erase("request_id");
  out["resumed"] = job.resumed;
  out["trial_id"] = job.request.trial_id ? Json(*job.request.trial_id) : Json();
  out["status_url"] = "/api/v1/validations/" + job.id;
  out["events_url"] = "/api/v1/validations/" + job.id + "/events";
  return out;
}

}  // namespace

std::string validation_text(const jobs::Job& job, const jobs::ValidationJobs& jobs) {
  Json out = summary(job);
  out["predicted"] = prediction(job.request);
  out["report"] = jobs.report(job.id).get();
  out["artifacts"] = jobs.artifacts(job.id);
  return advisor::json::dump(out);
}

std::string validation_summary(const jobs::Job& job) { return advisor::json::dump(summary(job)); }

}  // namespace ssem::api::http
