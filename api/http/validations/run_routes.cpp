// Tuning runs on the server, and the validation of single trials.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/http/studies/storage_text.h"
#include "api/http/studies/studies_call.h"
#include "api/http/studies/study_text.h"
#include "api/http/studies/tuning_routes.h"

namespace ssem::api::http {
namespace {

using studies::StudyStore;
using studies::StudyTable;
using Json = nlohmann::ordered_json;

Response shown(const Result<tuning::StudyRun>& run, const Request& request, int status = 200) {
  if (!run) return study_refusal(run.error(), request);
  const tuning::StudyRun& found = run.value();
  const bool none = found.state == "none";
  Json out{{"state", found.state}, {"trials", found.trials}, {"begun", found.begun}, {"done", found.done}};
  out["why"] = found.why.empty() ? Json() : Json(found.why);
  out["validation"] = none ? Json() : tuning::to_json(found.training);
  out["running"] = Json::array();
  for (const tuning::RunningTrial& trial : found.running) {
    out["running"].push_back(
        {{"trial_id", trial.trial_id}, {"number", trial.number}, {"validation_id", trial.validation_id}});
  }
  Response response = ok(advisor::json::dump(out));
  response.status = status;
  return response;
}

Response begin_run(const Request& request, tuning::StudyRuns& runs, const jobs::Datasets& datasets, std::int64_t id,
                   const std::string& work_id) {
  const auto json = advisor::json::parse_strict(request.body);
  if (!json) return study_refusal(json.error(), request);
  FaultList faults;
  StudiesBody body(json.value(), "", faults);
  if (!faults.empty()) return study_refusal(faults.to_error(), request);
  const std::int64_t trials = body.integer("trials");
  if (!faults.has("/trials") && (trials < 1 || trials > tuning::kMostTrialsOfRun)) {
    body.fault("trials", "must be an integer from 1 to " + std::to_string(tuning::kMostTrialsOfRun) + ", got " +
                             std::to_string(trials));
  }
  std::optional<tuning::TrainingTemplate> training;
  if (body.given("validation")) {
    training = tuning::read_training_template(json.value()["validation"], datasets, "/validation", faults);
  }
  body.finish();
  if (!faults.empty()) return study_refusal(faults.to_error(), request);
  const std::string run_id = work_id.empty() ? jobs::new_job_id() : jobs::job_id_of(work_id);
  return shown(runs.begin(id, trials, training, run_id), request, 202);
}

Response end_run(const Request& request, tuning::StudyRuns& runs, std::int64_t id) {
  const auto query = read_query(request, {"now"});
  if (!query) return study_refusal(query.error(), request);
  const auto now = query.value().find("now");
  if (now != query.value().end() && now->second != "true" && now->second != "false") {
    return study_refusal(field_error("/now", "must be true or false"), request);
  }
  return shown(runs.end(id, now != query.value().end() && now->second == "true"), request);
}

Result<std::optional<tuning::TrainingTemplate>> read_study_config(const Request& request,
                                                                  const jobs::Datasets& datasets) {
  const auto json = advisor::json::parse_strict(request.body.empty() ? "{}" : request.body);
  if (!json) return json.error();
  if (json.value().is_object() && json.value().empty()) return std::optional<tuning::TrainingTemplate>();
  FaultList faults;
  auto training = tuning::read_training_template(json.value(), datasets, "", faults);
  if (!faults.empty()) return faults.to_error();
  return std::optional(std::move(training));
}

Response post_validate(const Request& request, StudyStore& store, const Validating& validating, std::int64_t study_id) {
  const auto trial_id = path_integer(request, "trial_id");
  if (!trial_id) return study_refusal(trial_id.error(), request);
  const auto given = read_study_config(request, validating.datasets);
  if (!given) return study_refusal(given.error(), request);
  tuning::TrainingTemplate training;
  const std::string folder_id = validating.trials.folder_id();
  bool linked = false;
  Response response = write_idempotent(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto trial = table.trial(trial_id.value());
    if (!trial) return trial.error();
    if (trial.value()->study_id != study_id) {
      return Error{ErrorCode::not_found, "study " + std::to_string(study_id) + " has no such trial", {}};
    }
    training = given.value().value_or(tuning::training_template_of(*table.study(study_id).value()));
    if (auto fault = tuning::link(table, trial_id.value(), {jobs::new_job_id(), folder_id, training})) return *fault;
    linked = true;
    const std::string id = tuning::validation_of(*table.trial(trial_id.value()).value());
    return StudyResponse{202, advisor::json::dump(Json{{"id", id},
                                                       {"trial_id", trial_id.value()},
                                                       {"status_url", "/api/v1/validations/" + id},
                                                       {"events_url", "/api/v1/validations/" + id + "/events"}})};
  });
  if (!linked || response.status != 202) return response;
  const auto fault = validating.trials.submit(trial_id.value(), training);
  if (!fault) return response;
  forget_answer(request, store);
  return study_refusal(*fault, request);
}

}  // namespace

void add_run_routes(Router& router, StudyStore& store, tuning::StudyRuns& runs, const Validating& validating,
                    AnswersOnce& answers) {
  const std::string base = "/api/v1/studies/{study_id}";
  add_with_id(router, "POST", base + "/run", "study_id",
              [&runs, &answers, validating](const Request& request, std::int64_t id) {
                return answers.answer(request, study_refusal, [&](const std::string& work_id) {
                  return begin_run(request, runs, validating.datasets, id, work_id);
                });
              });
  add_with_id(router, "GET", base + "/run", "study_id",
              [&runs](const Request& request, std::int64_t id) { return shown(runs.find(id), request); });
  const auto end = [&runs, &answers](const Request& request, std::int64_t id) {
    return answers.answer(request, study_refusal, [&](const std::string&) { return end_run(request, runs, id); });
  };
  add_with_id(router, "DELETE", base + "/run", "study_id", end, Access::tune);
  add_with_id(router, "POST", base + "/trials/{trial_id}/validate", "study_id",
              [&store, validating](const Request& request, std::int64_t id) {
                return post_validate(request, store, validating, id);
              });
}

}  // namespace ssem::api::http
