// What ValidationJobs finds in its data folder: jobs of an earlier server, ended, waiting or cut off.
#include <chrono>
#include <filesystem>
#include <utility>

#include "api/jobs/job_entry.h"
#include "api/processes/orphaned_processes.h"

namespace ssem::api::jobs {
namespace {

// A job that takes the server down with it would do so for ever.
constexpr std::int64_t kMostCrashes = 3;
// Its lock is held by the process that it was about to make a job of, until that has become one.
constexpr std::chrono::milliseconds kUntilKilledServerIsGone(500);

}  // namespace

std::optional<Error> ValidationJobs::open_folder() {
  const std::lock_guard opening(opening_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (folder_) return std::nullopt;
  }
  // Only the first time: a request does not wait for another server.
  const auto patience = folder_fault_logged_ ? std::chrono::milliseconds(0) : kUntilKilledServerIsGone;
  auto opened =
      settings_.data_dir.empty() ? DataFolder::open_temporary() : DataFolder::open(settings_.data_dir, patience);
  if (!opened) {
    if (!std::exchange(folder_fault_logged_, true)) log_("the data folder cannot be used", opened.error().message);
    return Error{ErrorCode::unavailable, "this server's data folder cannot be used; its log says why", {}};
  }
  std::unique_ptr<DataFolder> folder = std::move(opened).value();
  std::vector<EntryPtr> found = load(*folder);
  {
    const std::lock_guard lock(mutex_);
    folder_ = std::move(folder);
    for (const EntryPtr& entry : found) entries_[entry->job.id] = entry;
    in_order_ = std::move(found);
  }
  changed_.notify_all();
  return std::nullopt;
}

bool ValidationJobs::folder_is_out_of_reach() const {
  {
    const std::lock_guard lock(mutex_);
    if (folder_) return false;
  }
  std::error_code fault;
  return !settings_.data_dir.empty() && std::filesystem::exists(settings_.data_dir, fault);
}

Error ValidationJobs::absent(const std::string& id) const {
  if (folder_is_out_of_reach()) {
    return Error{ErrorCode::unavailable, "this server's data folder cannot be used yet; its log says why", {}};
  }
  return {ErrorCode::not_found, is_job_id(id) ? "there is no validation " + id : "there is no such validation", {}};
}

std::vector<ValidationJobs::EntryPtr> ValidationJobs::load(const DataFolder& folder) {
  std::vector<std::string> unreadable;
  std::vector<std::string> unfinished;
  std::vector<EntryPtr> entries;
  for (Job& job : folder.jobs(unreadable)) {
    if (!has_ended(job.state)) unfinished.push_back(job.id);
    entries.push_back(std::make_shared<Entry>(std::move(job), folder));
    entries.back()->shown = true;
  }
  for (const std::string& id : unreadable) {
    log_(folder.remove_half_made(id) ? "a validation that was being kept when a server was killed is cleared away"
                                     : "a folder is no validation and is left alone",
         id);
  }
  processes::kill_marked(unfinished);
  for (const EntryPtr& entry : entries) {
    if (!has_ended(entry->job.state)) take_up(*entry);
  }
  return entries;
}

// Queued again, or ended where it cannot go on.
void ValidationJobs::take_up(Entry& entry) {
  Job& job = entry.job;
  const auto fail = [&](const std::string& reason) {
    end(entry, JobState::failed, Error{ErrorCode::unavailable, reason, {}}, report_of(entry));
  };
  if (!can_run(job.request)) return fail("this server no longer has the device " + job.request.device);
  if (job.state != JobState::running) return;
  if (job.cancel_wanted || job.given_up) {
    end(entry, JobState::cancelled, std::nullopt, report_of(entry));
    return;
  }
  if (!job.interrupted) ++job.crashes;
  if (job.crashes > kMostCrashes) {
    return fail("the server was killed " + std::to_string(job.crashes) + " times while it ran");
  }
  job.interrupted = false;
  job.state = JobState::queued;
  ++job.resumed;
  keep(entry);
}

}  // namespace ssem::api::jobs
