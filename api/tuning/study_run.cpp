#include "api/tuning/study_run.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/tuning/trial_validations.h"

namespace ssem::api::tuning {
namespace {

using Json = nlohmann::ordered_json;
using studies::AttributeKind;
using studies::StudyTable;
using studies::TrialPtr;
using studies::TrialState;

std::string text_of(const StudyRun& run) {
  Json json{{"id", run.id}, {"state", run.state}, {"trials", run.trials}, {"begun", run.begun}, {"why", run.why}};
  json["validation"] = to_json(run.training);
  return advisor::json::dump(json);
}

std::string json_text(const studies::Attributes& attributes, std::string_view key) {
  const std::string* text = studies::find_attribute(attributes, key);
  return text == nullptr ? std::string() : *text;
}

bool belongs_to(const studies::Trial& trial, const StudyRun& run) {
  return json_text(trial.system_attributes, kRunIdAttribute) == advisor::json::dump(Json(run.id));
}

}  // namespace

StudyRun run_of(const studies::Study& study, const jobs::Datasets& datasets) {
  StudyRun run;
  const Json json = Json::parse(json_text(study.system_attributes, kRunAttribute), nullptr, false);
  if (!json.is_object()) return run;
  // Any client can write the attribute, so nothing is sure of it.
  const auto text = [&](const char* name) {
    return json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : std::string();
  };
  const auto count = [&](const char* name) {
    return json.contains(name) && json[name].is_number_integer() ? json[name].get<std::int64_t>() : std::int64_t{0};
  };
  run.id = text("id");
  if (const std::string state = text("state"); !run.id.empty() && !state.empty()) run.state = state;
  run.trials = count("trials");
  run.begun = count("begun");
  run.why = text("why");
  FaultList ignored;  // a data set may be registered no longer: the trial then says so
  run.training = read_training_template(json.value("validation", Json::object()), datasets, "", ignored);
  return run;
}

Result<StudyRun> look_at(const StudyTable& table, std::int64_t study_id, const jobs::Datasets& datasets,
                         std::int64_t& failures) {
  const auto study = table.study(study_id);
  if (!study) return study.error();
  StudyRun run = run_of(*study.value(), datasets);
  failures = 0;
  const auto trials = table.trials(study_id);
  if (!trials) return trials.error();
  for (const TrialPtr& trial : trials.value()) {
    // A copy that waits in the queue is nobody's yet.
    if (trial->state == TrialState::waiting || !belongs_to(*trial, run)) continue;
    if (!is_finished(trial->state)) {
      run.running.push_back({trial->trial_id, trial->number, validation_of(*trial)});
      continue;
    }
    ++run.done;
    failures = trial->state == TrialState::fail ? failures + 1 : 0;
  }
  return run;
}

std::optional<Error> keep(StudyTable& table, std::int64_t study_id, const StudyRun& run) {
  return table.set_study_attribute(study_id, AttributeKind::system, {std::string(kRunAttribute), text_of(run)});
}

std::optional<Error> keep_run_of_trial(StudyTable& table, std::int64_t trial_id, const StudyRun& run) {
  return table.set_trial_attribute(trial_id, AttributeKind::system,
                                   {std::string(kRunIdAttribute), advisor::json::dump(Json(run.id))});
}

}  // namespace ssem::api::tuning
