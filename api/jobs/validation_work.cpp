// What ValidationJobs does by itself: takes up old jobs, runs queued ones, throws old ones away.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/jobs/child_process.h"
#include "api/jobs/device_slots.h"
#include "api/jobs/running_job.h"
#include "api/jobs/survive.h"
#include "api/jobs/validation_jobs.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kSweepInterval{5000};
constexpr std::chrono::milliseconds kFolderInterval{500};  // while another server still has it
// A job that takes the server down with it would do so for ever.
constexpr std::int64_t kMostCrashes = 3;

}  // namespace

ValidationJobs::EntryPtr ValidationJobs::entry_of(const std::string& id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second;
}

EventLog& ValidationJobs::log_of(Entry& entry) const {
  if (!entry.events) entry.events = std::make_unique<EventLog>(folder_->events_of(entry.job.id));
  return *entry.events;
}

std::optional<Error> ValidationJobs::open_folder() {
  if (folder_) return std::nullopt;
  auto opened = settings_.data_dir.empty() ? DataFolder::open_temporary() : DataFolder::open(settings_.data_dir);
  if (!opened) {
    if (!folder_fault_logged_) log_("the data folder cannot be used", opened.error().message);
    folder_fault_logged_ = true;
    return Error{ErrorCode::unavailable, "this server's data folder cannot be used; its log says why", {}};
  }
  folder_ = std::move(opened).value();
  try {
    load();
  } catch (...) {
    // Half of the jobs would pass for all of them.
    entries_.clear();
    in_order_.clear();
    folder_.reset();
    throw;
  }
  changed_.notify_all();
  return std::nullopt;
}

bool ValidationJobs::folder_is_out_of_reach() const {
  std::error_code fault;
  return !folder_ && !settings_.data_dir.empty() && std::filesystem::exists(settings_.data_dir, fault);
}

Error ValidationJobs::absent(const std::string& id) const {
  if (folder_is_out_of_reach()) {
    return {ErrorCode::unavailable, "this server's data folder cannot be used yet; its log says why", {}};
  }
  return {ErrorCode::not_found, is_job_id(id) ? "there is no validation " + id : "there is no such validation", {}};
}

std::size_t ValidationJobs::queued() const {
  return static_cast<std::size_t>(std::count_if(
      in_order_.begin(), in_order_.end(), [](const EntryPtr& each) { return each->job.state == JobState::queued; }));
}

void ValidationJobs::append(Entry& entry, const std::string& event) const {
  if (auto fault = log_of(entry).append(event)) log_("an event is lost", entry.job.id + ": " + fault->message);
  changed_.notify_all();
}

void ValidationJobs::keep(const Entry& entry) const {
  if (auto fault = folder_->keep(entry.job)) log_("a job's state is not kept", fault->message);
}

void ValidationJobs::end(Entry& entry, JobState state, std::optional<Error> error) {
  Json event{{"event", name_of(state)}};
  if (error) event.update(advisor::json::to_json(*error, ""));
  if (const auto report = folder_->read(entry.job.id, "report.json")) {
    if (auto json = advisor::json::parse_strict(*report)) event["report"] = std::move(json).value();
  }
  entry.job.state = state;
  entry.job.error = std::move(error);
  entry.job.finished_at = studies::now();
  entry.job.reported = !entry.job.request.trial_id;
  append(entry, advisor::json::dump(event));
  keep(entry);
}

void ValidationJobs::forget(const std::string& id) {
  const EntryPtr entry = entry_of(id);
  entries_.erase(id);
  in_order_.erase(std::find(in_order_.begin(), in_order_.end(), entry));
  folder_->remove(id);
}

void ValidationJobs::load() {
  std::vector<std::string> unreadable;
  std::vector<std::string> unfinished;
  for (Job& job : folder_->jobs(unreadable)) {
    const auto entry = std::make_shared<Entry>();
    entry->job = std::move(job);
    entries_[entry->job.id] = entry;
    in_order_.push_back(entry);
    if (!has_ended(entry->job.state)) unfinished.push_back(entry->job.id);
  }
  for (const std::string& id : unreadable) log_("a folder is no validation and is left alone", id);
  kill_marked(unfinished);
  for (const std::string& id : unfinished) {
    Entry& entry = *entry_of(id);
    const bool suited = !settings_.launcher.empty() || std::any_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
      return suits(slot, entry.job.request, has_gpu_);
    });
    if (!suited) {
      const std::string lost = "this server no longer has the device " + entry.job.request.device;
      end(entry, JobState::failed, Error{ErrorCode::unavailable, lost, {}});
      continue;
    }
    if (entry.job.state != JobState::running) continue;
    if (entry.job.cancel_wanted || entry.job.given_up) {
      end(entry, JobState::cancelled, std::nullopt);
      continue;
    }
    if (!entry.job.interrupted) ++entry.job.crashes;
    if (entry.job.crashes > kMostCrashes) {
      const std::string reason = "the server was killed " + std::to_string(entry.job.crashes) + " times while it ran";
      end(entry, JobState::failed, Error{ErrorCode::unavailable, reason, {}});
      continue;
    }
    entry.job.interrupted = false;
    entry.job.state = JobState::queued;
    ++entry.job.resumed;
    keep(entry);
  }
}

ValidationJobs::EntryPtr ValidationJobs::next_for(const std::string& slot) {
  for (const EntryPtr& entry : in_order_) {
    if (entry->job.state != JobState::queued) continue;
    if (!settings_.launcher.empty() || suits(slot, entry->job.request, has_gpu_)) return entry;
  }
  return nullptr;
}

void ValidationJobs::work(const std::string& slot) {
  std::unique_lock lock(mutex_);
  while (true) {
    EntryPtr entry;
    changed_.wait(lock, [&] { return stopping_ || (entry = next_for(slot)) != nullptr; });
    if (stopping_) return;
    Job& job = entry->job;
    job.state = JobState::running;
    job.started_at = studies::now();
    job.device = settings_.launcher.empty() ? slot : "";
    keep(*entry);
    if (job.resumed > 0) {
      std::int64_t from_step = 0;
      std::error_code fault;
      for (const auto& file : std::filesystem::directory_iterator(folder_->output_of(job.id) / "checkpoints", fault)) {
        const std::string name = file.path().stem();  // step_500
        from_step = std::max<std::int64_t>(from_step, std::atoll(name.substr(name.find('_') + 1).c_str()));
      }
      append(*entry,
             advisor::json::dump(Json{{"event", "resumed"}, {"attempt", job.resumed + 1}, {"from_step", from_step}}));
    }
    lock.unlock();
    std::string internal_fault;
    try {
      RunningJob(*this, entry, slot).run();
    } catch (const std::exception& fault) {
      internal_fault = fault.what();
    }
    lock.lock();
    if (internal_fault.empty() || has_ended(job.state)) continue;
    log_("an internal fault ended a job", job.id + ": " + internal_fault);
    end(*entry, JobState::failed, Error{ErrorCode::internal, "an internal fault; the server's log says more", {}});
  }
}

void ValidationJobs::tell_trial(const std::string& id) {
  const auto job = find(id);
  if (!job || job.value().reported || !listener_.ended) return;
  const bool given_up = job.value().given_up && !job.value().cancel_wanted;
  if (!listener_.ended(job.value(), report(id), given_up)) return;
  const std::lock_guard lock(mutex_);
  const EntryPtr entry = entry_of(id);
  if (!entry) return;
  entry->job.reported = true;
  keep(*entry);
}

void ValidationJobs::look_after() {
  const auto report = [this](const std::string& reason) { log_("a background thread failed and goes on", reason); };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    survive("jobs are not looked after", report, [this] { sweep(); });
    lock.lock();
    const bool waits = folder_is_out_of_reach();
    changed_.wait_for(lock, waits ? kFolderInterval : kSweepInterval, [this] { return stopping_; });
    if (waits && !stopping_) survive("the data folder cannot be used", report, [this] { open_folder(); });
  }
}

void ValidationJobs::sweep() {
  reap_orphans();
  std::vector<std::string> unreported;
  {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ended;  // newest first
    std::vector<std::string> old;
    std::for_each(in_order_.rbegin(), in_order_.rend(), [&](const EntryPtr& entry) {
      const Job& job = entry->job;
      if (!has_ended(job.state)) return;
      if (!job.reported) {
        unreported.push_back(job.id);
        return;
      }
      entry->events.reset();
      ended.push_back(job.id);
      const bool too_old = job.finished_at && studies::now() - *job.finished_at > settings_.keep_for;
      if (ended.size() > settings_.keep_jobs || too_old) old.push_back(job.id);
    });
    for (const std::string& id : old) forget(id);
  }
  for (const std::string& id : unreported) tell_trial(id);
}

}  // namespace ssem::api::jobs
