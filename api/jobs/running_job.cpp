#include "api/jobs/running_job.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/device_name.h"
#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/process.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "api/jobs/event_error.h"
#include "api/jobs/launcher.h"
#include "api/processes/orphaned_processes.h"
#include "api/processes/trainer_path.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
using advisor::json::SharedJson;
using processes::ChildCall;
using processes::EndedBy;
using processes::RunEnd;
namespace protocol = advisor::json::training;
using protocol::ExitCode;

// Events of a long run are thinned: five a second at first, then two thousand for every e-fold of its time.
constexpr std::chrono::milliseconds kLeastGap{200};
constexpr int kEventsPerElapsed = 2000;

constexpr std::chrono::milliseconds kSignalSpread{1000};

// In the job's folder.
constexpr const char* kJobSpecFile = "spec.json";
constexpr const char* kOutputFolder = "output";

Error failed(std::string message) { return {ErrorCode::unavailable, std::move(message), {}}; }

// Without what only the server's own disk means.
void hide_paths(Json& report) {
  const auto found = report.find(protocol::kSpec);
  if (found == report.end() || !found->is_object()) return;
  found->erase(protocol::kOutputDirectory);
  found->erase(protocol::kResumeFrom);
  const auto dataset = found->find(protocol::kDataset);
  if (dataset == found->end() || !dataset->is_object()) return;
  for (const std::string_view path : protocol::kDatasetPaths) dataset->erase(path);
}

bool has_checkpoint(const std::filesystem::path& output) {
  std::error_code fault;
  return !std::filesystem::is_empty(output / protocol::kCheckpointsFolder, fault) && !fault;
}

bool ended_with(const RunEnd& end, ExitCode code) {
  return WIFEXITED(end.status) && WEXITSTATUS(end.status) == static_cast<int>(code);
}

}  // namespace

RunningJob::RunningJob(const Job& job, std::string slot, const Datasets& datasets, const JobSettings& settings,
                       const DataFolder& folder, RunHost& host)
    : job_(job),
      slot_(std::move(slot)),
      settings_(settings),
      folder_(folder),
      host_(host),
      dataset_(datasets.find(job.request.dataset)) {}

Result<ChildCall> RunningJob::call() {
  const auto trainer = processes::find_trainer();
  if (!trainer) return trainer.error();
  const JobRequest& request = job_.request;
  Json spec = request.spec.get();
  if (!request.dataset.empty()) {
    if (dataset_ == nullptr) return failed("the data set " + request.dataset + " is registered no longer");
    spec[protocol::kDataset] = dataset_->spec.get();
  }
  spec[protocol::kOutputDirectory] = kOutputFolder;
  if (job_.resumed > 0 && request.mode == protocol::kEncoderMode && has_checkpoint(folder_.output_of(job_.id))) {
    spec[protocol::kResumeFrom] = std::string(kOutputFolder) + '/' + std::string(protocol::kCheckpointsFolder);
  }
  // A launcher's job runs on a machine of its own, which this one does not know.
  spec[protocol::kDevice] = settings_.launcher.empty() ? slot_ : request.device;
  if (auto fault = folder_.write(job_.id, kJobSpecFile, advisor::json::dump(spec))) return *fault;
  const std::string folder = folder_.folder_of(job_.id).string();
  auto words = split_words(settings_.launcher);
  if (!words) return words.error();
  // As a file for launchers that leave stdin alone, and on stdin for trainers that read that.
  ChildCall call{filled_in(words.value(), job_.id, folder), folder, job_.id, kJobSpecFile};
  for (const std::string& word : {trainer.value(), std::string(kJobSpecFile), std::string(protocol::kNoProgressFlag)}) {
    call.words.push_back(word);
  }
  // Launchers may be set-user-id programs and ask another machine, and CUDA calls one to make a GPU's device files.
  call.confined = settings_.launcher.empty() && slot_ == protocol::kCpu;
  return call;
}

RunOutcome RunningJob::run() {
  const auto child = call();
  if (!child) return conclude(child.error());
  processes::RunLimits limits;
  limits.time = settings_.max_job_time;
  limits.memory_bytes = settings_.max_job_memory_mib << 20U;
  limits.share = &host_.memory_share();
  limits.end_grace = settings_.end_grace;
  limits.stop_grace = settings_.stop_grace;
  const processes::RunWatch watch{[this](std::string_view line) { return take(line); },
                                  [this] { return !host_.is_wanted() || host_.is_stopping() || lost_.has_value(); },
                                  [this] { return host_.is_stopping(); }};
  const auto end = run_supervised(child.value(), limits, watch);
  if (!settings_.launcher.empty()) processes::kill_marked({job_.id});
  return conclude(end);
}

bool RunningJob::take(std::string_view line) {
  auto parsed = advisor::json::parse_strict(line);
  if (!parsed || !parsed.value().is_object()) return false;
  Json event = std::move(parsed).value();
  const std::string name = text_in(event, protocol::kEvent);
  if (name == protocol::kProgress) {
    take_progress(std::move(event));
    return true;
  }
  write_waiting();
  if (name == protocol::kFinished || name == protocol::kFailed) {
    last_event_ = name;
    if (name == protocol::kFailed) failure_ = error_in(event);
    const auto report = event.find(protocol::kReport);
    if (report == event.end() || !report->is_object()) return true;
    hide_paths(*report);
    verdict_ = text_in(*report, protocol::kVerdict);
    report_ = SharedJson(std::move(*report));
    return true;
  }
  if (name != protocol::kStarted && name != protocol::kCheckpoint) return false;
  event.erase(protocol::kPath);
  if (name == protocol::kStarted) host_.runs_on(text_in(event, protocol::kDevice));
  keep(name, event);
  return true;
}

void RunningJob::take_progress(Json event) {
  const bool due = is_due();
  waiting_ = SharedJson(std::move(event));
  if (!due) return;
  const SharedJson progress = waiting_;
  write_waiting();
  host_.progressed(progress.get());
}

bool RunningJob::is_due() const {
  const auto now = Clock::now();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_);
  return now - last_progress_ >= std::max(kLeastGap, elapsed / kEventsPerElapsed);
}

void RunningJob::write_waiting() {
  if (waiting_.is_null()) return;
  last_progress_ = Clock::now();
  keep(protocol::kProgress, waiting_.get());
  waiting_ = SharedJson();
}

void RunningJob::keep(std::string_view name, const Json& event) {
  if (auto fault = host_.append(name, event)) lost_ = fault;
}

Error RunningJob::shown(const Error& failure) const {
  Error shown = failure;
  if (dataset_ == nullptr) return shown;
  shown.message = without_paths(shown.message, *dataset_);
  for (FieldFault& fault : shown.fields) fault.message = without_paths(fault.message, *dataset_);
  return shown;
}

std::optional<Error> RunningJob::fault_of(const RunEnd& end) const {
  switch (end.by) {
    case EndedBy::bad_line:
      return failed("ssem-train wrote something to its stdout that is no event");
    case EndedBy::time_limit:
      return failed("it ran longer than the " + std::to_string(settings_.max_job_time.count()) +
                    " s that this server allows (--max-job-seconds)");
    case EndedBy::memory_limit:
      return failed("it took more than the " + std::to_string(settings_.max_job_memory_mib) +
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
  const bool well = ended_with(end, ExitCode::finished);
  if (well && last_event_ == protocol::kFinished && !report_.is_null()) return std::nullopt;
  if (failure_) return shown(*failure_);
  if (ended_with(end, ExitCode::stopped)) {
    return failed("ssem-train was told to stop by someone else than this server");
  }
  if (well) return failed("ssem-train ended without a report");
  return failed("ssem-train ended with code " + std::to_string(WEXITSTATUS(end.status)) + " and did not say why" +
                (ended_with(end, ExitCode::bad_spec) ? ": the spec or a flag was wrong" : ""));
}

RunOutcome RunningJob::conclude(const Result<RunEnd>& end) {
  write_waiting();
  if (end && !end.value().last_words.empty()) folder_.write(job_.id, "stderr.txt", end.value().last_words);
  // Whoever sent SIGTERM to the child may have sent it to this process too: let it arrive.
  if (end && ended_with(end.value(), ExitCode::stopped)) host_.wait_for_an_end(kSignalSpread);
  const bool completed = end && end.value().by == EndedBy::itself && !fault_of(end.value());
  // What ended it may be the server's own end.
  if (host_.is_stopping() && !completed && host_.is_wanted()) return {};
  if (!report_.is_null()) {
    const std::string text = advisor::json::dump(report_.get()) + '\n';
    if (auto fault = folder_.write(job_.id, protocol::kReportFile, text)) lost_ = fault;
  }
  RunOutcome outcome{JobState::failed, verdict_, report_, std::nullopt, ""};
  if (!end) {
    const bool path_inside = end.error().code == ErrorCode::unavailable;
    outcome.log_detail = end.error().message;
    outcome.error = path_inside ? failed("ssem-train could not be started; the server's log says why") : end.error();
  } else if (const auto fault = fault_of(end.value()); !fault) {
    outcome.state = JobState::finished;
  } else if (!host_.is_wanted()) {
    outcome.state = JobState::cancelled;
  } else {
    outcome.log_detail = fault->message;
    outcome.error = fault;
  }
  return outcome;
}

}  // namespace ssem::api::jobs
