#include "api/http/validations/validation_routes.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/process.h"
#include "api/http/message/error_response.h"
#include "api/http/message/file_response.h"
#include "api/http/studies/studies_call.h"
#include "api/http/validations/validation_text.h"
#include "api/jobs/validation_request.h"
#include "api/processes/trainer_path.h"

namespace ssem::api::http {
namespace {

using jobs::ValidationJobs;
namespace protocol = advisor::json::training;

constexpr int kPayloadTooLarge = 413;
constexpr std::size_t kMostRequestBytes = std::size_t{256} << 10U;
constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;
constexpr std::int64_t kMostListed = 1000;
constexpr std::int64_t kUsuallyListed = 100;

const std::string& path_param(const Request& request, std::string_view wanted) {
  static const std::string kNone;
  for (const auto& [name, value] : request.path_params) {
    if (name == wanted) return value;
  }
  return kNone;
}

Response submit(const Request& request, ValidationJobs& jobs, const std::string& work_id) {
  const auto body = advisor::json::parse_strict(request.body);
  if (!body) return refusal(body.error(), request);
  auto wanted = jobs::read_validation(body.value(), jobs.datasets());
  if (!wanted) return refusal(wanted.error(), request);
  const std::string id = work_id.empty() ? jobs::new_job_id() : jobs::job_id_of(work_id);
  const auto known = jobs.find(id);
  const auto job = known ? known : jobs.submit(std::move(wanted).value(), id);
  if (!job) return refusal(job.error(), request);
  Response response = ok(validation_text(job.value(), jobs));
  response.status = 202;
  response.headers.emplace_back("Location", "/api/v1/validations/" + job.value().id);
  return response;
}

Response post_validation(const Request& request, ValidationJobs& jobs, AnswersOnce& answers) {
  if (request.body.size() > kMostRequestBytes) {
    Response response =
        refusal({ErrorCode::invalid_argument, "a validation must be asked for in at most 256 KiB", {}}, request);
    response.status = kPayloadTooLarge;
    return response;
  }
  return answers.answer(request, refusal, [&](const std::string& work_id) { return submit(request, jobs, work_id); });
}

Response get_validations(const Request& request, ValidationJobs& jobs) {
  const auto query = read_query(request, {"limit"});
  if (!query) return refusal(query.error(), request);
  std::int64_t limit = kUsuallyListed;
  if (const auto given = query.value().find("limit"); given != query.value().end()) {
    limit = integer_from(given->second).value_or(0);
    if (limit < 1 || limit > kMostListed) {
      return refusal(field_error("/limit", "must be an integer from 1 to " + std::to_string(kMostListed)), request);
    }
  }
  std::string text = R"({"validations":[)";
  for (const jobs::Job& job : jobs.list(static_cast<std::size_t>(limit))) {
    if (text.back() != '[') text += ',';
    text += validation_summary(job);
  }
  return ok(text + "]}");
}

Response get_validation(const Request& request, ValidationJobs& jobs) {
  const auto job = jobs.find(path_param(request, "id"));
  return job ? ok(validation_text(job.value(), jobs)) : refusal(job.error(), request);
}

Response end_validation(const Request& request, ValidationJobs& jobs) {
  const auto query = read_query(request, {"remove"});
  if (!query) return refusal(query.error(), request);
  const std::string& id = path_param(request, "id");
  const auto remove = query.value().find("remove");
  if (remove == query.value().end() || remove->second == "false") {
    const auto job = jobs.cancel(id);
    return job ? ok(validation_text(job.value(), jobs)) : refusal(job.error(), request);
  }
  if (remove->second != "true") {
    return refusal(field_error("/remove", "must be true or false"), request);
  }
  if (const auto fault = jobs.remove(id)) return refusal(*fault, request);
  return ok("{}");
}

std::string content_type_of(std::string_view artifact) {
  if (artifact == protocol::kReportFile) return "application/json";
  return artifact == protocol::kCurveFile ? "text/csv; charset=utf-8" : "application/octet-stream";
}

Response delete_validation(const Request& request, ValidationJobs& jobs, AnswersOnce& answers) {
  return answers.answer(request, refusal, [&](const std::string&) { return end_validation(request, jobs); });
}

Response get_artifact(const Request& request, ValidationJobs& jobs) {
  const std::string& name = path_param(request, "name");
  const auto path = jobs.artifact(path_param(request, "id"), name);
  if (!path) return refusal(path.error(), request);
  auto response = file_response(request, path.value(), content_type_of(name));
  if (!response) return refusal({ErrorCode::not_found, "there is no " + name + " of this validation", {}}, request);
  if (response->status < 400)
    response->headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  return *std::move(response);
}

Response get_datasets(ValidationJobs& jobs) {
  nlohmann::ordered_json out;
  out["datasets"] = nlohmann::ordered_json::array();
  for (const jobs::Dataset& dataset : jobs.datasets().all()) {
    out["datasets"].push_back({{"name", dataset.name}, {"kind", dataset.kind}});
  }
  out["devices"] = jobs.devices();
  out["trainer"] = static_cast<bool>(processes::find_trainer());
  return ok(advisor::json::dump(out));
}

}  // namespace

void add_validation_routes(Router& router, ValidationJobs& jobs, AnswersOnce& answers) {
  const std::string base = "/api/v1/validations";
  const auto add = [&](const char* method, const std::string& path, auto handle) {
    router.add(method, path, Access::read, [&jobs, handle](const Request& request) { return handle(request, jobs); });
  };
  const auto add_change = [&](const char* method, const std::string& path, auto handle) {
    // Who may begin training may end it and remove what came of it.
    router.add(method, path, Access::tune,
               [&jobs, &answers, handle](const Request& request) { return handle(request, jobs, answers); });
  };
  add_change("POST", base, post_validation);
  add("GET", base, get_validations);
  add("GET", base + "/{id}", get_validation);
  add_change("DELETE", base + "/{id}", delete_validation);
  add("GET", base + "/{id}/artifacts/{name}", get_artifact);
  router.add("GET", "/api/v1/datasets", Access::read, [&jobs](const Request&) { return get_datasets(jobs); });
}

}  // namespace ssem::api::http
