#include "api/http/validations/validation_text.h"

#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/jobs/validation_request.h"

namespace ssem::api::http {
namespace {

using Json = nlohmann::ordered_json;

Json moment(const std::optional<studies::Timestamp>& when) { return when ? Json(studies::to_iso(*when)) : Json(); }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json parsed_or_null(const std::string& text) { return text.empty() ? Json() : Json::parse(text, nullptr, false); }

Json member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

Json summary(const jobs::Job& job, const jobs::ValidationJobs& jobs) {
  const Json spec = Json::parse(job.request.spec, nullptr, false);
  const std::size_t position = jobs.queue_position(job.id);
  Json out;
  out["id"] = job.id;
  out["state"] = name_of(job.state);
  out["created_at"] = studies::to_iso(job.created_at);
  out["started_at"] = moment(job.started_at);
  out["finished_at"] = moment(job.finished_at);
  out["queue_position"] = position > 0 ? Json(position) : Json();
  out["mode"] = job.request.mode;
  out["dataset"] = text_or_null(job.request.dataset);
  out["device"] = text_or_null(job.device);
  for (const char* name : {"problem", "loss_weight", "temperature", "seed", "budget", "model", "optimizer"}) {
    out[name] = member(spec, name);
  }
  out["progress"] = parsed_or_null(job.progress);
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
  Json out = summary(job, jobs);
  out["predicted"] = parsed_or_null(jobs::predicted_text(job.request));
  out["report"] = parsed_or_null(jobs.report(job.id));
  out["artifacts"] = jobs.artifacts(job.id);
  return advisor::json::dump(out);
}

std::string validation_summary(const jobs::Job& job, const jobs::ValidationJobs& jobs) {
  return advisor::json::dump(summary(job, jobs));
}

}  // namespace ssem::api::http
