// Trials as optuna-dashboard changes them.
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/http/dashboard/dashboard_call.h"
#include "api/http/dashboard/dashboard_routes.h"
#include "api/http/dashboard/dashboard_text.h"
#include "api/tuning/trial_report.h"

namespace ssem::api::http {
namespace {

using studies::StudyStore;
using studies::StudyTable;

Response post_tell(const Request& request, StudyStore& store, std::int64_t trial_id) {
  tuning::Outcome outcome;
  const auto fault = read_body(request, [&](StudiesBody& body) {
    const std::string state = body.text("state");
    if (state == "Complete" || state == "complete" || state == "COMPLETE") {
      outcome.state = studies::TrialState::complete;
      outcome.values = body.numbers("values");
    } else if (state == "Fail" || state == "fail" || state == "FAIL") {
      outcome.state = studies::TrialState::fail;
      body.ignore("values");
    } else {
      body.fault("state", "must be Complete or Fail");
    }
  });
  if (fault) return refusal(*fault, request);
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto told = tuning::tell(table, trial_id, outcome, studies::now());
    if (!told) return told.error();
    return no_content(request);
  });
}

Response post_user_attributes(const Request& request, StudyStore& store, std::int64_t trial_id) {
  const auto json = advisor::json::parse_strict(request.body);
  if (!json) return refusal(json.error(), request);
  FaultList faults;
  studies::Attributes attributes;
  StudiesBody body(json.value(), "", faults);
  if (faults.empty()) {
    if (!body.given("user_attrs") || !json.value()["user_attrs"].is_object() || json.value()["user_attrs"].empty()) {
      body.fault("user_attrs", "must be an object with at least one name");
    } else {
      for (const auto& [key, value] : json.value()["user_attrs"].items()) {
        attributes.push_back({key, advisor::json::dump(value)});
      }
    }
    body.finish();
  }
  if (!faults.empty()) return refusal(faults.to_error(), request);
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    for (const studies::Attribute& each : attributes) {
      if (auto fault = table.set_trial_attribute(trial_id, studies::AttributeKind::user, each)) return *fault;
    }
    return no_content(request);
  });
}

Response put_note(const Request& request, StudyStore& store, std::int64_t trial_id) {
  const auto study_id = path_integer(request, "study_id");
  if (!study_id) return refusal(study_id.error(), request);
  return dashboard_note(request, store, study_id.value(), trial_id);
}

Response post_skip(const Request& request, StudyStore& store, std::int64_t trial_id) {
  const auto study_id = path_integer(request, "study_id");
  if (!study_id) return refusal(study_id.error(), request);
  return dashboard_change(request, store, [&](StudyTable& table) -> Result<StudyResponse> {
    const auto study = table.study(study_id.value());
    if (!study) return study.error();
    if (!is_preferential(*study.value())) {
      return Error{ErrorCode::invalid_argument, "the study is not preferential", {}};
    }
    const auto trial = table.trial(trial_id);
    if (!trial) return trial.error();
    const std::string key = "preference:skip_trial:" + std::to_string(trial_id);
    if (auto fault = table.set_study_attribute(study_id.value(), studies::AttributeKind::system, {key, "true"})) {
      return *fault;
    }
    return no_content(request);
  });
}

}  // namespace

void add_dashboard_trial_routes(Router& router, StudyStore& store) {
  const auto add = [&](const char* method, const std::string& path,
                       Response (*handle)(const Request&, StudyStore&, std::int64_t)) {
    add_with_id(router, method, path, "trial_id",
                [&store, handle](const Request& request, std::int64_t id) { return handle(request, store, id); });
  };
  add("POST", "/api/trials/{trial_id}/tell", post_tell);
  add("POST", "/api/trials/{trial_id}/user-attrs", post_user_attributes);
  add("PUT", "/api/studies/{study_id}/{trial_id}/note", put_note);
  add("POST", "/api/studies/{study_id}/{trial_id}/skip", post_skip);
}

}  // namespace ssem::api::http
