#include "api/tuning/study_runs.h"

#include <algorithm>
#include <utility>

#include "advisor/json/training/device_name.h"
#include "api/jobs/survive.h"

namespace ssem::api::tuning {
namespace {

using studies::StudyTable;

constexpr std::chrono::milliseconds kInterval{1000};

// With the lowest value, or the first choice, of every parameter.
studies::Trial any_trial(const StudyConfig& config) {
  studies::Trial trial;
  for (const NamedDistribution& each : config.search_space) {
    double lowest = 0;
    if (const auto* real = std::get_if<studies::FloatDistribution>(&each.distribution)) lowest = real->low;
    if (const auto* integer = std::get_if<studies::IntDistribution>(&each.distribution)) {
      lowest = static_cast<double>(integer->low);
    }
    trial.params.push_back(studies::param_from(each.name, lowest, each.distribution));
  }
  return trial;
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
    next.training =
        aimed(training ? *training : (continued ? run.training : training_template_of(*study.value())), *study.value());
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
    if (auto wrong = keep_run_of_trial(table, id, run)) return wrong;
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
