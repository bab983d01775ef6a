#include "api/jobs/running_job.h"

#include <sys/wait.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/jobs/device_slots.h"
#include "api/jobs/event_error.h"
#include "api/jobs/launcher.h"
#include "api/jobs/trainer_path.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

// Events of a long run are thinned: five a second at first, then two thousand for every e-fold of its time.
constexpr std::chrono::milliseconds kLeastGap{200};
constexpr int kEventsPerElapsed = 2000;

constexpr std::chrono::milliseconds kSignalSpread{1000};

constexpr int kFinishedCode = 0;
constexpr int kBadSpecCode = 2;
constexpr int kCancelledCode = 3;

Error failed(std::string message) { return {ErrorCode::unavailable, std::move(message), {}}; }

// Without what only the server's own disk means.
void hide_paths(Json& report) {
  if (!report.contains("spec") || !report["spec"].is_object()) return;
  Json& spec = report["spec"];
  spec.erase("output_directory");
  spec.erase("resume_from");
  if (spec.contains("dataset") && spec["dataset"].is_object()) {
    spec["dataset"].erase("path");
    spec["dataset"].erase("test_path");
  }
}

bool has_checkpoint(const std::filesystem::path& output) {
  std::error_code fault;
  return !std::filesystem::is_empty(output / "checkpoints", fault) && !fault;
}

}  // namespace

RunningJob::RunningJob(ValidationJobs& jobs, ValidationJobs::EntryPtr entry, std::string slot)
    : jobs_(jobs),
      entry_(std::move(entry)),
      slot_(std::move(slot)),
      id_(entry_->job.id),
      dataset_(jobs.datasets_.find(entry_->job.request.dataset)) {}

Result<ChildCall> RunningJob::call() {
  const auto trainer = find_trainer();
  if (!trainer) return trainer.error();
  const JobRequest& request = entry_->job.request;
  Json spec = Json::parse(request.spec);
  if (!request.dataset.empty()) {
    if (dataset_ == nullptr) return failed("the data set " + request.dataset + " is registered no longer");
    spec["dataset"] = Json::parse(dataset_->spec);
  }
  spec["output_directory"] = "output";
  if (entry_->job.resumed > 0 && request.mode == "encoder" && has_checkpoint(jobs_.folder_->output_of(id_))) {
    spec["resume_from"] = "output/checkpoints";
  }
  const bool launched = !jobs_.settings_.launcher.empty();
  spec["device"] = launched || slot_ == "cpu" ? request.device : slot_;
  if (!launched && slot_ == "cpu") spec["device"] = "cpu";
  if (auto fault = jobs_.folder_->write(id_, "spec.json", advisor::json::dump(spec))) return *fault;
  const std::string folder = jobs_.folder_->folder_of(id_).string();
  auto words = split_words(jobs_.settings_.launcher);
  if (!words) return words.error();
  // As a file for launchers that leave stdin alone, and on stdin for trainers that read that.
  ChildCall call{filled_in(words.value(), id_, folder), folder, id_, "spec.json"};
  for (const std::string& word : {trainer.value(), std::string("spec.json"), std::string("--no-progress")}) {
    call.words.push_back(word);
  }
  return call;
}

void RunningJob::run() {
  const auto child = call();
  if (!child) return conclude(child.error());
  RunLimits limits;
  limits.time = jobs_.settings_.max_job_time;
  limits.memory_bytes = jobs_.settings_.max_job_memory_mib << 20U;
  limits.end_grace = jobs_.settings_.end_grace;
  limits.stop_grace = jobs_.settings_.stop_grace;
  const RunWatch watch{[this](std::string_view line) { return take(line); }, [this] { return should_end(); },
                       [this] {
                         const std::lock_guard lock(jobs_.mutex_);
                         return jobs_.stopping_;
                       }};
  const auto end = run_supervised(child.value(), limits, watch);
  if (!jobs_.settings_.launcher.empty()) kill_marked({id_});
  conclude(end);
}

bool RunningJob::take(std::string_view line) {
  auto parsed = advisor::json::parse_strict(line);
  if (!parsed || !parsed.value().is_object()) return false;
  Json event = std::move(parsed).value();
  const std::string name = text_in(event, "event");
  if (name == "progress") {
    const std::string text = advisor::json::dump(event);
    take_progress(text);
    return true;
  }
  write_waiting();
  if (name == "finished" || name == "failed") {
    if (event.contains("report") && event["report"].is_object()) {
      hide_paths(event["report"]);
      verdict_ = text_in(event["report"], "verdict");
      report_ = advisor::json::dump(event["report"]);
    }
    last_event_ = name;
    if (name == "failed") failure_ = error_in(event);
    return true;
  }
  if (name != "started" && name != "checkpoint") return false;
  event.erase("path");
  const std::lock_guard lock(jobs_.mutex_);
  if (name == "started") entry_->job.device = text_in(event, "device");
  jobs_.append(*entry_, advisor::json::dump(event));
  return true;
}

void RunningJob::take_progress(const std::string& json) {
  const auto now = Clock::now();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_);
  waiting_ = json;
  const bool due = now - last_progress_ >= std::max(kLeastGap, elapsed / kEventsPerElapsed);
  if (due) write_waiting();
  if (!entry_->job.request.trial_id || !jobs_.listener_.progressed || !due) return;
  Job job;
  {
    const std::lock_guard lock(jobs_.mutex_);
    job = entry_->job;
  }
  if (!jobs_.listener_.progressed(job, json)) return;
  const std::lock_guard lock(jobs_.mutex_);
  entry_->job.given_up = true;
  jobs_.keep(*entry_);
}

void RunningJob::write_waiting() {
  if (waiting_.empty()) return;
  last_progress_ = Clock::now();
  const std::lock_guard lock(jobs_.mutex_);
  entry_->job.progress = waiting_;
  if (auto fault = jobs_.log_of(*entry_).append(waiting_)) lost_ = fault;
  waiting_.clear();
  jobs_.changed_.notify_all();
}

bool RunningJob::should_end() {
  const std::lock_guard lock(jobs_.mutex_);
  return entry_->job.cancel_wanted || entry_->job.given_up || lost_ || jobs_.stopping_;
}

std::optional<Error> RunningJob::fault_of(const RunEnd& end) const {
  switch (end.by) {
    case EndedBy::bad_line:
      return failed("ssem-train wrote something to its stdout that is no event");
    case EndedBy::time_limit:
      return failed("it ran longer than the " + std::to_string(jobs_.settings_.max_job_time.count()) +
                    " s that this server allows (--max-job-seconds)");
    case EndedBy::memory_limit:
      return failed("it took more than the " + std::to_string(jobs_.settings_.max_job_memory_mib) +
                    " MiB of memory that this server allows (--max-job-memory-mib)");
    case EndedBy::itself:
    case EndedBy::request:
      break;
  }
  if (lost_) return failed("its events could not be kept: is the disk full?");
  if (WIFSIGNALED(end.status)) {
    const int signal = WTERMSIG(end.status);
    return failed("ssem-train was ended by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")" +
                  (signal == SIGKILL ? "; the system does that when memory runs out" : ""));
  }
  const int code = WEXITSTATUS(end.status);
  if (code == kFinishedCode && last_event_ == "finished" && !report_.empty()) return std::nullopt;
  if (failure_) {
    Error shown = *failure_;
    if (dataset_ != nullptr) shown.message = without_paths(shown.message, *dataset_);
    for (FieldFault& fault : shown.fields) {
      if (dataset_ != nullptr) fault.message = without_paths(fault.message, *dataset_);
    }
    return shown;
  }
  if (code == kCancelledCode) return failed("ssem-train was told to stop by someone else than this server");
  if (code == kFinishedCode) return failed("ssem-train ended without a report");
  return failed("ssem-train ended with code " + std::to_string(code) + " and did not say why" +
                (code == kBadSpecCode ? ": the spec or a flag was wrong" : ""));
}

void RunningJob::conclude(const Result<RunEnd>& end) {
  write_waiting();
  if (end && !end.value().last_words.empty()) jobs_.folder_->write(id_, "stderr.txt", end.value().last_words);
  std::unique_lock lock(jobs_.mutex_);
  const auto given_up_or_cancelled = [this] { return entry_->job.cancel_wanted || entry_->job.given_up; };
  if (end && WIFEXITED(end.value().status) && WEXITSTATUS(end.value().status) == kCancelledCode) {
    // Whoever sent SIGTERM to the child may have sent it to this process too: let it arrive.
    jobs_.changed_.wait_for(lock, kSignalSpread, [&] { return jobs_.stopping_ || given_up_or_cancelled(); });
  }
  const bool completed = end && end.value().by == EndedBy::itself && !fault_of(end.value());
  if (jobs_.stopping_ && !completed && !given_up_or_cancelled()) {
    entry_->job.interrupted = true;  // what ended it may be the server's own end, so the next server takes it up
    return jobs_.keep(*entry_);
  }
  if (!report_.empty()) {
    if (auto fault = jobs_.folder_->write(id_, "report.json", report_ + '\n')) lost_ = fault;
  }
  entry_->job.verdict = verdict_;
  if (!end) {
    const bool path_inside = end.error().code == ErrorCode::unavailable;
    jobs_.log_("a job could not be started", id_ + ": " + end.error().message);
    jobs_.end(*entry_, JobState::failed,
              path_inside ? failed("ssem-train could not be started; the server's log says why") : end.error());
  } else if (const auto fault = fault_of(end.value()); !fault) {
    jobs_.end(*entry_, JobState::finished, std::nullopt);
  } else if (entry_->job.cancel_wanted || entry_->job.given_up) {
    jobs_.end(*entry_, JobState::cancelled, std::nullopt);
  } else {
    jobs_.log_("a job failed", id_ + ": " + fault->message);
    jobs_.end(*entry_, JobState::failed, fault);
  }
  lock.unlock();
  jobs_.tell_trial(id_);
}

}  // namespace ssem::api::jobs
