#include "api/tuning/study_runs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/device_name.h"
#include "api/jobs/survive.h"

namespace ssem::api::tuning {
namespace {

using Json = nlohmann::ordered_json;
using studies::AttributeKind;
using studies::StudyTable;
using studies::TrialPtr;
using studies::TrialState;

constexpr std::chrono::milliseconds kInterval{1000};

std::string text_of(const StudyRun& run) {
  Json json{{"id", run.id}, {"state", run.state}, {"trials", run.trials}, {"begun", run.begun}, {"why", run.why}};
  json["validation"] = to_json(run.training);
  return advisor::json::dump(json);
}

std::string json_text(const studies::Attributes& attributes, std::string_view key) {
  const std::string* text = studies::find_attribute(attributes, key);
  return text == nullptr ? std::string() : *text;
}

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

bool belongs_to(const studies::Trial& trial, const StudyRun& run) {
  return json_text(trial.system_attributes, kRunIdAttribute) == advisor::json::dump(Json(run.id));
}

// With the trials that it began; `failures` is how many of the last ended ones failed in a row.
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

// With the lowest value, or the first choice, of every parameter.
studies::Trial any_trial(const StudyConfig& config) {
  studies::Trial trial;
  for (const NamedDistribution& each : config.search_space) {
    double lowest = 0;
    if (const auto* real = std::get_if<studies::FloatDistribution>(&each.distribution)) lowest = real->low;
    if (const auto* integer = std::get_if<studies::IntDistribution>(&each.distribution)) {
      lowest = static_cast<double>(integer->low);
    }
    trial.params.push_back({each.name, lowest, studies::to_text(each.distribution)});
  }
  return trial;
}

std::optional<Error> keep(StudyTable& table, std::int64_t study_id, const StudyRun& run) {
  return table.set_study_attribute(study_id, AttributeKind::system, {std::string(kRunAttribute), text_of(run)});
}

}  // namespace

void StudyRuns::start() {
  take_up_lost();
  store_.read([&](const StudyTable& table) {
    for (const studies::StudyPtr& study : table.studies()) {
      if (run_of(*study, jobs_.datasets()).state == "running") active_.insert(study->study_id);
    }
  });
  thread_ = std::thread([this] { work(); });
}

void StudyRuns::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  const std::lock_guard lock(thread_mutex_);  // who comes second waits too
  if (thread_.joinable()) thread_.join();
}

void StudyRuns::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

Result<StudyRun> StudyRuns::find(std::int64_t study_id) const {
  Result<StudyRun> found = Error{};
  std::int64_t failures = 0;
  const auto fault =
      store_.read([&](const StudyTable& table) { found = look_at(table, study_id, jobs_.datasets(), failures); });
  if (fault) return *fault;
  if (!found) return found;
  StudyRun run = std::move(found).value();
  // A trial is linked a moment before its validation is there to be looked at.
  const auto absent = [&](const RunningTrial& trial) { return !jobs_.find(trial.validation_id); };
  run.running.erase(std::remove_if(run.running.begin(), run.running.end(), absent), run.running.end());
  return run;
}

Result<StudyRun> StudyRuns::begin(std::int64_t study_id, std::int64_t trials,
                                  const std::optional<TrainingTemplate>& training, const std::string& run_id) {
  const auto fault = store_.write([&](StudyTable& table) -> std::optional<Error> {
    const auto study = table.study(study_id);
    if (!study) return study.error();
    StudyRun run = run_of(*study.value(), jobs_.datasets());
    if (run.id == run_id) return std::nullopt;
    if (run.state == "running") {
      return Error{ErrorCode::conflict, "a run of this study is going on; DELETE ends it", {}, kRunGoesOn};
    }
    const bool continued = run.state != "none";
    StudyRun next;
    next.id = run_id;
    next.state = "running";
    next.trials = trials;
    next.training = training ? *training : (continued ? run.training : training_template_of(*study.value()));
    // Faults of the training itself show now and not trial by trial.
    const auto request =
        request_for(*study.value(), any_trial(study_config_of(*study.value())), next.training, jobs_.datasets());
    if (!request) return request.error();
    return keep(table, study_id, next);
  });
  if (fault) return *fault;
  {
    const std::lock_guard lock(mutex_);
    active_.insert(study_id);
  }
  wake();
  return find(study_id);
}

Result<StudyRun> StudyRuns::end(std::int64_t study_id, bool now) {
  const auto fault = store_.write([&](StudyTable& table) -> std::optional<Error> {
    const auto study = table.study(study_id);
    if (!study) return study.error();
    StudyRun run = run_of(*study.value(), jobs_.datasets());
    if (run.state != "running") return std::nullopt;
    run.state = "stopped";
    return keep(table, study_id, run);
  });
  if (fault) return *fault;
  auto run = find(study_id);
  if (!run || !now) return run;
  for (const RunningTrial& trial : run.value().running) {
    if (jobs_.cancel(trial.validation_id)) continue;  // what has ended meanwhile needs no cancelling
  }
  return find(study_id);
}

void StudyRuns::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool idle = active_.empty() && lost_taken_up_;
    changed_.wait_for(lock, idle ? kInterval * 60 : kInterval, [this] { return stopping_ || woken_; });
    if (stopping_) return;
    woken_ = false;
    lock.unlock();
    jobs::survive("runs of studies are not looked after", listener_, [this] { advance_all(); });
    lock.lock();
  }
}

void StudyRuns::advance_all() {
  if (!take_up_lost()) return;
  std::set<std::int64_t> active;
  {
    const std::lock_guard lock(mutex_);
    active = active_;
  }
  for (const std::int64_t study_id : active) advance_safely(study_id);
}

// False while nobody can say which validations are there.
bool StudyRuns::take_up_lost() {
  if (!jobs_.knows_its_jobs()) return false;
  {
    const std::lock_guard lock(mutex_);
    if (lost_taken_up_) return true;
  }
  validations_.take_up_lost();
  const std::lock_guard lock(mutex_);
  lost_taken_up_ = true;
  return true;
}

std::size_t StudyRuns::places_for(const TrainingTemplate& training) const {
  const std::vector<std::string> devices = jobs_.devices();
  const auto on_cpu =
      static_cast<std::size_t>(std::count(devices.begin(), devices.end(), advisor::json::training::kCpu));
  const bool gpu = training.encoder && training.device != advisor::json::training::kCpu;
  return gpu && devices.size() > on_cpu ? devices.size() - on_cpu : on_cpu;
}

void StudyRuns::advance(std::int64_t study_id) {
  while (true) {
    Result<StudyRun> found = Error{};
    const auto fault = store_.write([&](StudyTable& table) -> std::optional<Error> {
      std::int64_t failures = 0;
      found = look_at(table, study_id, jobs_.datasets(), failures);
      if (!found) return found.error();
      StudyRun run = found.value();
      if (run.state != "running") return std::nullopt;
      if (failures >= kMostFailuresInARow) {
        run.state = "failed";
        run.why = "the last " + std::to_string(failures) + " trials failed; their fail_reason says why";
      } else if (run.begun >= run.trials && run.running.empty()) {
        run.state = "finished";
      } else {
        return std::nullopt;
      }
      found = run;
      return keep(table, study_id, run);
    });
    if (fault && fault->code == ErrorCode::unavailable) return;  // looked at again a second later
    if (!found || found.value().state != "running") {
      {
        const std::lock_guard lock(mutex_);
        active_.erase(study_id);
      }
      // One may have begun between the two looks.
      if (const auto again = find(study_id); again && again.value().state == "running") {
        const std::lock_guard lock(mutex_);
        active_.insert(study_id);
      }
      return;
    }
    const StudyRun& run = found.value();
    if (run.begun >= run.trials || run.running.size() >= places_for(run.training)) return;
    if (jobs_.no_room(1)) return;
    const auto wrong = begin_trial(study_id, run);
    if (!wrong) continue;
    if (wrong->code != ErrorCode::unavailable) give_up(study_id, run.id, wrong->message);
    return;
  }
}

// One study's fault is not the others'.
void StudyRuns::advance_safely(std::int64_t study_id) {
  try {
    advance(study_id);
  } catch (const std::exception&) {
    {
      const std::lock_guard lock(mutex_);
      active_.erase(study_id);
    }
    give_up(study_id, std::nullopt, "an internal fault");
  }
}

void StudyRuns::give_up(std::int64_t study_id, const std::optional<std::string>& run_id, const std::string& why) {
  store_.write([&](StudyTable& table) -> std::optional<Error> {
    const auto study = table.study(study_id);
    if (!study) return study.error();
    StudyRun run = run_of(*study.value(), jobs_.datasets());
    if (run.state != "running" || (run_id && run.id != *run_id)) return std::nullopt;
    run.state = "failed";
    run.why = why;
    return keep(table, study_id, run);
  });
}

// Errors: unavailable means not now; with another one no trial will begin.
std::optional<Error> StudyRuns::begin_trial(std::int64_t study_id, const StudyRun& run) {
  const AskRequest ask;
  const auto pending = issuer_.prepare(store_, study_id, ask);
  if (!pending) return pending.error();
  const std::string folder_id = validations_.folder_id();
  std::int64_t trial_id = 0;
  auto fault = store_.write([&](StudyTable& table) -> std::optional<Error> {
    trial_id = 0;
    const auto study = table.study(study_id);
    if (!study) return study.error();
    StudyRun now = run_of(*study.value(), jobs_.datasets());
    if (now.state != "running" || now.id != run.id) return std::nullopt;
    const auto handed = TrialIssuer::issue(table, ask, pending.value(), studies::now());
    if (!handed) return handed.error();
    const std::int64_t id = handed.value().front().trial->trial_id;
    if (auto wrong = link(table, id, {jobs::new_job_id(), folder_id, run.training})) return wrong;
    if (auto wrong = table.set_trial_attribute(id, AttributeKind::system,
                                               {std::string(kRunIdAttribute), advisor::json::dump(Json(run.id))})) {
      return wrong;
    }
    ++now.begun;
    trial_id = id;
    return keep(table, study_id, now);
  });
  if (fault) return fault;
  if (trial_id == 0) return Error{ErrorCode::unavailable, "the run was ended meanwhile", {}};
  validations_.submit(trial_id, run.training);  // a fault is the trial's, and counts as its failure
  return std::nullopt;
}

}  // namespace ssem::api::tuning
