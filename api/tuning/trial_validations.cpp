#include "api/tuning/trial_validations.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "api/tuning/trial_report.h"

namespace ssem::api::tuning {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;
using studies::AttributeKind;
using studies::StudyTable;
using studies::TrialPtr;
using studies::TrialState;

std::string json_of(const std::string& text) { return advisor::json::dump(Json(text)); }

std::optional<Error> note_user(StudyTable& table, std::int64_t trial_id, std::string_view key, std::string value_json) {
  return table.set_trial_attribute(trial_id, AttributeKind::user, {std::string(key), std::move(value_json)});
}

// {"id", "trial_id", "folder", "training"}; null for a trial without a validation.
Json link_json(const studies::Trial& trial) {
  const std::string* text = studies::find_attribute(trial.system_attributes, kValidationAttribute);
  Json json = text == nullptr ? Json() : Json::parse(*text, nullptr, false);
  // A copy of a trial, as retries make them, has the attribute of the first one: its validation is not the copy's.
  const bool its_own = json.is_object() && json.contains("trial_id") && json["trial_id"] == trial.trial_id;
  return its_own && json.contains("id") && json["id"].is_string() ? json : Json();
}

// The trial, while this validation may still tell it something.
TrialPtr open_trial(const StudyTable& table, std::int64_t trial_id, const std::string& job_id) {
  const auto trial = table.trial(trial_id);
  const bool open = trial && trial.value()->state == TrialState::running && validation_of(*trial.value()) == job_id;
  return open ? trial.value() : nullptr;
}

}  // namespace

std::string validation_of(const studies::Trial& trial) {
  const Json json = link_json(trial);
  return json.is_object() ? json["id"].get<std::string>() : std::string();
}

std::optional<Error> link(StudyTable& table, std::int64_t trial_id, const ValidationLink& made) {
  const auto trial = table.trial(trial_id);
  if (!trial) return trial.error();
  if (trial.value()->state != TrialState::running) {
    return Error{ErrorCode::conflict,
                 "trial " + std::to_string(trial_id) + " does not run: ask for it first",
                 {},
                 studies::kTrialFinished};
  }
  if (const std::string other = validation_of(*trial.value()); !other.empty()) {
    return Error{ErrorCode::conflict,
                 "trial " + std::to_string(trial_id) + " is validated by " + other + " already",
                 {},
                 studies::kTrialFinished};
  }
  const std::string value = advisor::json::dump(Json{
      {"id", made.job_id}, {"trial_id", trial_id}, {"folder", made.folder_id}, {"training", to_json(made.training)}});
  if (auto fault =
          table.set_trial_attribute(trial_id, AttributeKind::system, {std::string(kValidationAttribute), value})) {
    return fault;
  }
  return note_user(table, trial_id, kValidationIdAttribute, json_of(made.job_id));
}

std::optional<Error> TrialValidations::submit(std::int64_t trial_id, const TrainingTemplate& training) {
  std::optional<Result<jobs::JobRequest>> request;
  std::string job_id;
  auto fault = store_.read([&](const StudyTable& table) {
    const auto trial = table.trial(trial_id);
    const auto study = trial ? table.study(trial.value()->study_id) : Result<studies::StudyPtr>(trial.error());
    if (!study) {
      request = study.error();
      return;
    }
    job_id = validation_of(*trial.value());
    request = request_for(*study.value(), *trial.value(), training, jobs_.datasets());
  });
  if (fault) return fault;
  if (!*request) {
    fault = request->error();
  } else if (const auto job = jobs_.submit(std::move(*request).value(), job_id); !job) {
    fault = job.error();
  }
  if (fault) fail(trial_id, job_id, fault->message);
  return fault;
}

jobs::JobListener TrialValidations::listener(std::function<void()> after) {
  return {[this](const jobs::Job& job, const Json& progress) { return progressed(job, progress); },
          [this, after = std::move(after)](const jobs::Job& job, const Json& report, bool given_up) {
            const bool told = ended(job, report, given_up);
            after();
            return told;
          }};
}

bool TrialValidations::progressed(const jobs::Job& job, const Json& progress) {
  if (!job.request.objective) return false;
  const auto value = intermediate_value_of(*job.request.objective, progress);
  if (!value) return false;
  bool news = false;
  store_.read([&](const StudyTable& table) {
    const TrialPtr trial = open_trial(table, *job.request.trial_id, job.id);
    news = trial && (trial->intermediate_values.empty() || trial->intermediate_values.back().step < value->step);
  });
  if (!news) return false;
  bool prune = false;
  store_.write([&](StudyTable& table) -> std::optional<Error> {
    prune = false;
    const TrialPtr trial = open_trial(table, *job.request.trial_id, job.id);
    if (!trial) return std::nullopt;
    const auto judged = report(table, trial->trial_id, *value, studies::now());
    if (!judged) return judged.error();
    prune = judged.value();
    return std::nullopt;
  });
  return prune;
}

bool TrialValidations::ended(const jobs::Job& job, const Json& report, bool given_up) {
  const std::int64_t trial_id = *job.request.trial_id;
  Outcome outcome{TrialState::fail, {}};
  std::string reason;
  if (given_up) {
    outcome.state = TrialState::pruned;
  } else if (job.state == jobs::JobState::finished) {
    const auto values = values_of(job.request.objective.value_or(jobs::Objective{}), report);
    if (values) outcome = {TrialState::complete, values.value()};
    if (!values) reason = values.error().message;
  } else {
    reason = job.error ? job.error->message : "the validation was cancelled";
  }
  const auto fault = store_.write([&](StudyTable& table) -> std::optional<Error> {
    if (!open_trial(table, trial_id, job.id)) return std::nullopt;  // told by someone else, or of another storage
    if (const auto found = report.find(protocol::kMeasured); found != report.end()) {
      Json measured = Json::object();
      for (const auto& [name, value] : found->items()) {
        if (value != protocol::kNotANumber) measured[name] = value;  // else not measured in this mode
      }
      measured.erase(protocol::kPerClass);
      measured[protocol::kVerdict] = job.verdict;
      if (const auto tolerance = report.find(protocol::kVarianceTolerance); tolerance != report.end()) {
        measured[protocol::kVarianceTolerance] = *tolerance;
      }
      if (auto wrong = note_user(table, trial_id, kMeasuredAttribute, advisor::json::dump(measured))) return wrong;
    }
    if (!reason.empty()) {
      if (auto wrong = note_user(table, trial_id, kFailReasonAttribute, json_of(reason))) return wrong;
    }
    const auto told = tell(table, trial_id, outcome, studies::now());
    if (!told) return told.error();
    return std::nullopt;
  });
  return !fault || fault->code != ErrorCode::unavailable;
}

std::optional<Error> TrialValidations::fail(std::int64_t trial_id, const std::string& job_id,
                                            const std::string& reason) {
  return store_.write([&](StudyTable& table) -> std::optional<Error> {
    if (!open_trial(table, trial_id, job_id)) return std::nullopt;
    if (auto wrong = note_user(table, trial_id, kFailReasonAttribute, json_of(reason))) return wrong;
    const auto told = tell(table, trial_id, {TrialState::fail, {}}, studies::now());
    if (!told) return told.error();
    return std::nullopt;
  });
}

std::vector<std::pair<std::int64_t, ValidationLink>> TrialValidations::linked() const {
  std::vector<std::pair<std::int64_t, ValidationLink>> found;
  store_.read([&](const StudyTable& table) {
    found.clear();
    for (const studies::StudyPtr& study : table.studies()) {
      const auto trials = table.trials(study->study_id, {{{TrialState::running}}, {}, {}});
      if (!trials) continue;
      for (const TrialPtr& trial : trials.value()) {
        const Json json = link_json(*trial);
        if (!json.is_object()) continue;
        // Any client can write the attribute, so nothing is sure of it.
        const Json folder = json.value("folder", Json());
        FaultList ignored;  // a data set may be registered no longer: submit() then says so
        found.push_back(
            {trial->trial_id,
             {json["id"].get<std::string>(), folder.is_string() ? folder.get<std::string>() : "",
              read_training_template(json.value("training", Json::object()), jobs_.datasets(), "", ignored)}});
      }
    }
  });
  return found;
}

void TrialValidations::take_up_lost() {
  for (const auto& [trial_id, link] : linked()) {
    if (jobs_.find(link.job_id)) continue;
    const bool never_kept = !link.folder_id.empty() && link.folder_id == jobs_.folder_id();
    if (never_kept) {
      submit(trial_id, link.training);  // a fault is the trial's
    } else {
      fail(trial_id, link.job_id, "its validation is not there any more");
    }
  }
}

}  // namespace ssem::api::tuning
