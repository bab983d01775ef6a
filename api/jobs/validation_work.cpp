// What ValidationJobs does by itself: runs queued jobs, keeps what becomes of them, throws old ones away.
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "advisor/json/error_text.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/process.h"
#include "api/jobs/device_slots.h"
#include "api/jobs/job_entry.h"
#include "api/jobs/running_job.h"
#include "api/jobs/survive.h"
#include "api/processes/child_process.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::SharedJson;
namespace protocol = advisor::json::training;

constexpr std::chrono::milliseconds kSweepInterval{5000};
constexpr std::chrono::milliseconds kFolderInterval{500};  // while another server still has it

}  // namespace

// What a running job sees of its entry and of the jobs.
class ValidationJobs::Host : public RunHost {
 public:
  Host(ValidationJobs& jobs, Entry& entry) : jobs_(jobs), entry_(entry) {}

  bool is_wanted() const override {
    const std::lock_guard lock(jobs_.mutex_);
    return wanted();
  }
  bool is_stopping() const override { return jobs_.stopping_; }
  processes::MemoryShare& memory_share() override { return jobs_.memory_share_; }
  void wait_for_an_end(std::chrono::milliseconds most) override {
    std::unique_lock lock(jobs_.mutex_);
    jobs_.changed_.wait_for(lock, most, [this] { return jobs_.stopping_ || !wanted(); });
  }
  void runs_on(const std::string& device) override {
    const std::lock_guard lock(jobs_.mutex_);
    entry_.job.device = device;
  }
  std::optional<Error> append(std::string_view name, const Json& event) override {
    auto fault = entry_.events.append(name, advisor::json::dump(event));
    if (name != protocol::kProgress) return fault;
    const SharedJson progress(event);
    const std::lock_guard lock(jobs_.mutex_);
    entry_.job.progress = progress;
    return fault;
  }
  void progressed(const Json& progress) override {
    if (!entry_.job.request.trial_id || !jobs_.listener_.progressed) return;
    std::unique_lock lock(jobs_.mutex_);
    const Job job = entry_.job;
    lock.unlock();
    if (!jobs_.listener_.progressed(job, progress)) return;
    lock.lock();
    entry_.job.given_up = true;
    lock.unlock();
    jobs_.keep(entry_);
  }

 private:
  bool wanted() const { return !entry_.job.cancel_wanted && !entry_.job.given_up; }

  ValidationJobs& jobs_;
  Entry& entry_;
};

ValidationJobs::EntryPtr ValidationJobs::entry_of(const std::string& id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() || !found->second->shown ? nullptr : found->second;
}

ValidationJobs::EntryPtr ValidationJobs::find_entry(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return entry_of(id);
}

Job ValidationJobs::copy_of(const Entry& entry) const {
  Job job = entry.job;
  if (job.state != JobState::queued) return job;
  std::size_t position = 0;
  for (const EntryPtr& each : in_order_) {
    if (each->job.state == JobState::queued) ++position;
    if (each.get() == &entry) job.queue_position = position;
  }
  return job;
}

std::size_t ValidationJobs::queued() const {
  return static_cast<std::size_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const auto& each) { return each.second->job.state == JobState::queued; }));
}

bool ValidationJobs::can_run(const JobRequest& request) const {
  return !settings_.launcher.empty() ||
         std::any_of(slots_.begin(), slots_.end(), [&](const auto& slot) { return suits(slot, request, has_gpu_); });
}

SharedJson ValidationJobs::report_of(const Entry& entry) {
  const auto text = entry.folder.read(entry.job.id, protocol::kReportFile);
  if (!text) return {};
  Json report = Json::parse(*text, nullptr, false);
  return report.is_discarded() ? SharedJson() : SharedJson(std::move(report));
}

void ValidationJobs::append(Entry& entry, std::string_view name, const Json& event) const {
  if (auto fault = entry.events.append(name, advisor::json::dump(event))) {
    log_("an event is lost", entry.job.id + ": " + fault->message);
  }
}

void ValidationJobs::keep(Entry& entry) const {
  const std::lock_guard transition(entry.transition);
  std::unique_lock lock(mutex_);
  if (!entry.shown) return;  // it was removed meanwhile
  const Job job = entry.job;
  lock.unlock();
  if (auto fault = entry.folder.keep(job)) log_("a job's state is not kept", fault->message);
}

// Kept first and shown then, so that no client hears of an end that a crash could undo. False: it had ended before.
bool ValidationJobs::end(Entry& entry, JobState state, std::optional<Error> error, const SharedJson& report,
                         const std::string& verdict) {
  const std::lock_guard transition(entry.transition);
  std::unique_lock lock(mutex_);
  if (has_ended(entry.job.state)) return false;
  Job ended = entry.job;
  lock.unlock();
  ended.state = state;
  ended.error = std::move(error);
  ended.verdict = verdict;
  ended.finished_at = studies::now();
  ended.reported = !ended.request.trial_id;
  Json event{{protocol::kEvent, name_of(state)}};
  if (ended.error) event.update(advisor::json::to_json(*ended.error, ""));
  if (!report.is_null()) event[protocol::kReport] = report.get();
  if (auto fault = entry.events.append_last(name_of(state), advisor::json::dump(event))) {
    log_("an event is lost", ended.id + ": " + fault->message);
  }
  if (auto fault = entry.folder.keep(ended)) log_("a job's state is not kept", fault->message);
  lock.lock();
  entry.job.state = state;
  entry.job.error = std::move(ended.error);
  entry.job.verdict = verdict;
  entry.job.finished_at = ended.finished_at;
  entry.job.reported = ended.reported;
  lock.unlock();
  entry.events.complete();
  return true;
}

// False: another thread had done it.
bool ValidationJobs::forget(const EntryPtr& entry) {
  const std::lock_guard transition(entry->transition);
  {
    const std::lock_guard lock(mutex_);
    if (!entry->shown) return false;
    entry->shown = false;
    in_order_.erase(std::find(in_order_.begin(), in_order_.end(), entry));
  }
  entry->folder.remove(entry->job.id);
  const std::lock_guard lock(mutex_);
  entries_.erase(entry->job.id);  // only now may another job have this id
  return true;
}

ValidationJobs::EntryPtr ValidationJobs::next_for(const std::string& slot) const {
  for (const EntryPtr& entry : in_order_) {
    if (entry->job.state != JobState::queued || entry->taken || entry->job.cancel_wanted) continue;
    if (!settings_.launcher.empty() || suits(slot, entry->job.request, has_gpu_)) return entry;
  }
  return nullptr;
}

void ValidationJobs::work(const std::string& slot) {
  while (const EntryPtr entry = begin_next(slot)) {
    try {
      run(entry, slot);
    } catch (const std::exception& fault) {
      log_("an internal fault ended a job", entry->job.id + ": " + fault.what());
      end(*entry, JobState::failed, Error{ErrorCode::internal, "an internal fault; the server's log says more", {}},
          {});
    }
  }
}

// Nothing once the server stops.
ValidationJobs::EntryPtr ValidationJobs::begin_next(const std::string& slot) {
  std::unique_lock lock(mutex_);
  EntryPtr entry;
  changed_.wait(lock, [&] { return stopping_ || (entry = next_for(slot)) != nullptr; });
  if (stopping_) return nullptr;
  entry->taken = true;
  return entry;
}

// Kept first and shown then, so that a crash counts for every job that was seen to run.
Job ValidationJobs::begin(Entry& entry, const std::string& slot) {
  const std::lock_guard transition(entry.transition);
  std::unique_lock lock(mutex_);
  Job job = entry.job;
  lock.unlock();
  job.state = JobState::running;
  job.started_at = studies::now();
  job.device = settings_.launcher.empty() ? slot : "";
  if (auto fault = entry.folder.keep(job)) log_("a job's state is not kept", fault->message);
  lock.lock();
  entry.job.state = job.state;
  entry.job.started_at = job.started_at;
  entry.job.device = job.device;
  return job;
}

void ValidationJobs::run(const EntryPtr& entry, const std::string& slot) {
  const Job job = begin(*entry, slot);
  if (job.resumed > 0) say_where_it_resumes(*entry);
  Host host(*this, *entry);
  RunOutcome outcome = RunningJob(job, slot, datasets_, settings_, entry->folder, host).run();
  if (!outcome.state) {
    {
      const std::lock_guard lock(mutex_);
      entry->job.interrupted = true;
    }
    return keep(*entry);
  }
  if (!outcome.log_detail.empty()) log_("a job failed", job.id + ": " + outcome.log_detail);
  end(*entry, *outcome.state, std::move(outcome.error), outcome.report, outcome.verdict);
  tell_trial(job.id);
}

void ValidationJobs::say_where_it_resumes(Entry& entry) {
  std::int64_t from_step = 0;
  std::error_code fault;
  const auto checkpoints = entry.folder.output_of(entry.job.id) / protocol::kCheckpointsFolder;
  for (const auto& file : std::filesystem::directory_iterator(checkpoints, fault)) {
    const std::string name = file.path().stem();
    if (!name.starts_with(protocol::kCheckpointPrefix)) continue;
    from_step = std::max<std::int64_t>(from_step, std::atoll(name.c_str() + protocol::kCheckpointPrefix.size()));
  }
  append(entry, protocol::kResumed,
         Json{{protocol::kEvent, protocol::kResumed},
              {protocol::kAttempt, entry.job.resumed + 1},
              {protocol::kFromStep, from_step}});
}

void ValidationJobs::tell_trial(const std::string& id) {
  const auto job = find(id);
  if (!job || job.value().reported || !listener_.ended) return;
  const bool given_up = job.value().given_up && !job.value().cancel_wanted;
  if (!listener_.ended(job.value(), report(id).get(), given_up)) return;
  const EntryPtr entry = find_entry(id);
  if (!entry) return;
  {
    const std::lock_guard lock(mutex_);
    entry->job.reported = true;
  }
  keep(*entry);
}

void ValidationJobs::look_after() {
  const auto report = [this](const std::string& reason) { log_("a background thread failed and goes on", reason); };
  while (!stopping_) {
    survive("jobs are not looked after", report, [this] { sweep(); });
    const bool waits = folder_is_out_of_reach();
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, waits ? kFolderInterval : kSweepInterval, [this] { return stopping_.load(); });
    }
    if (waits && !stopping_) survive("the data folder cannot be used", report, [this] { open_folder(); });
  }
}

void ValidationJobs::sweep() {
  processes::reap_orphans();
  std::vector<std::string> unreported;
  std::vector<EntryPtr> ended;  // newest first
  std::vector<EntryPtr> old;
  {
    const std::lock_guard lock(mutex_);
    std::for_each(in_order_.rbegin(), in_order_.rend(), [&](const EntryPtr& entry) {
      const Job& job = entry->job;
      if (!has_ended(job.state)) return;
      if (!job.reported) return unreported.push_back(job.id);
      ended.push_back(entry);
      const bool too_old = job.finished_at && studies::now() - *job.finished_at > settings_.keep_for;
      if (ended.size() > settings_.keep_jobs || too_old) old.push_back(entry);
    });
  }
  for (const EntryPtr& entry : ended) entry->events.release();
  for (const EntryPtr& entry : old) forget(entry);
  for (const std::string& id : unreported) tell_trial(id);
}

}  // namespace ssem::api::jobs
