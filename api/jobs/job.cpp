#include "api/jobs/job.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "advisor/json/error_text.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/point.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using studies::Timestamp;

constexpr int kVersion = 1;
constexpr std::string_view kIdPrefix = "v-";
constexpr std::string_view kIdDigits = "0123456789abcdef";
constexpr std::size_t kIdLength = 16;

Json moment(const std::optional<Timestamp>& when) { return when ? Json(studies::to_iso(*when)) : Json(); }

std::optional<Timestamp> moment_from(const Json& value) {
  return value.is_string() ? studies::timestamp_from(value.get<std::string>()) : std::nullopt;
}

Error error_from(const Json& json) {
  Error error{ErrorCode::unavailable, json.value("message", std::string()), {}};
  if (json.value("code", std::string()) == "invalid_argument") error.code = ErrorCode::invalid_argument;
  if (json.value("code", std::string()) == "internal") error.code = ErrorCode::internal;
  for (const Json& fault : json.value("fields", Json::array())) {
    error.fields.push_back({fault.value("path", std::string()), fault.value("message", std::string())});
  }
  return error;
}

Json objective_json(const std::optional<Objective>& objective) {
  return objective ? Json{{"names", objective->names}, {"target", objective->target}} : Json();
}

std::optional<Objective> objective_from(const Json& json) {
  // Files of before have it as text.
  if (json.is_string()) return objective_from(Json::parse(json.get<std::string>(), nullptr, false));
  if (!json.is_object()) return std::nullopt;
  return Objective{json.at("names").get<std::vector<std::string>>(), json.at("target").get<double>()};
}

Job read(const Json& json) {
  Job job;
  job.id = json.at("id").get<std::string>();
  const auto state = std::find(kJobStateNames.begin(), kJobStateNames.end(), json.at("state").get<std::string>());
  if (state == kJobStateNames.end()) throw std::invalid_argument("state");
  job.state = static_cast<JobState>(state - kJobStateNames.begin());
  job.request.spec = advisor::json::SharedJson(json.at("spec"));
  FaultList ignored;
  job.request.point = advisor::json::training::read_point(json.at("spec"), ignored);
  job.request.mode = json.at("mode").get<std::string>();
  job.request.dataset = json.at("dataset").get<std::string>();
  job.request.device = json.at("wanted_device").get<std::string>();
  if (json.at("trial_id").is_number_integer()) job.request.trial_id = json.at("trial_id").get<std::int64_t>();
  job.request.objective = objective_from(json.at("objective"));
  job.created_at = moment_from(json.at("created_at")).value_or(Timestamp());
  job.started_at = moment_from(json.at("started_at"));
  job.finished_at = moment_from(json.at("finished_at"));
  job.device = json.at("device").get<std::string>();
  job.verdict = json.at("verdict").get<std::string>();
  if (json.at("error").is_object()) job.error = error_from(json.at("error"));
  job.resumed = json.at("resumed").get<std::int64_t>();
  job.crashes = json.at("crashes").get<std::int64_t>();
  job.interrupted = json.at("interrupted").get<bool>();
  job.cancel_wanted = json.at("cancel_wanted").get<bool>();
  job.given_up = json.at("given_up").get<bool>();
  job.reported = json.at("told").get<bool>();
  return job;
}

}  // namespace

std::string to_text(const Job& job) {
  Json json;
  json["version"] = kVersion;
  json["id"] = job.id;
  json["state"] = name_of(job.state);
  json["mode"] = job.request.mode;
  json["dataset"] = job.request.dataset;
  json["wanted_device"] = job.request.device;
  json["trial_id"] = job.request.trial_id ? Json(*job.request.trial_id) : Json();
  json["objective"] = objective_json(job.request.objective);
  json["created_at"] = studies::to_iso(job.created_at);
  json["started_at"] = moment(job.started_at);
  json["finished_at"] = moment(job.finished_at);
  json["device"] = job.device;
  json["verdict"] = job.verdict;
  json["error"] = job.error ? advisor::json::to_json(*job.error, "")["error"] : Json();
  json["resumed"] = job.resumed;
  json["crashes"] = job.crashes;
  json["interrupted"] = job.interrupted;
  json["cancel_wanted"] = job.cancel_wanted;
  json["given_up"] = job.given_up;
  json["told"] = job.reported;
  json["spec"] = job.request.spec.get();
  return advisor::json::dump(json);
}

Result<Job> job_from(std::string_view text) {
  const auto json = advisor::json::parse_strict(text);
  if (!json) return json.error();
  try {
    if (json.value().at("version").get<int>() == kVersion) {
      Job job = read(json.value());
      if (is_job_id(job.id)) return job;
    }
  } catch (const std::exception&) {  // a missing field, or one of another type
  }
  return Error{ErrorCode::unprocessable, "is no job of this version", {}};
}

std::string new_job_id() {
  static thread_local std::random_device random;
  std::string id(kIdPrefix);
  for (std::size_t k = 0; k < kIdLength; ++k) id += kIdDigits[random() % kIdDigits.size()];
  return id;
}

std::string job_id_of(std::string_view hexadecimal) {
  return std::string(kIdPrefix) + std::string(hexadecimal.substr(0, kIdLength));
}

bool is_job_id(std::string_view text) {
  return text.size() == kIdPrefix.size() + kIdLength && text.substr(0, kIdPrefix.size()) == kIdPrefix &&
         text.substr(kIdPrefix.size()).find_first_not_of(kIdDigits) == std::string_view::npos;
}

}  // namespace ssem::api::jobs
