// What clients of ValidationJobs ask for.
#include "api/jobs/validation_jobs.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/process.h"
#include "api/jobs/device_slots.h"
#include "api/jobs/job_entry.h"
#include "api/processes/orphaned_processes.h"
#include "api/processes/trainer_path.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

Error queue_is_full() { return {ErrorCode::unavailable, "too many validations are waiting; try again later", {}}; }

std::size_t most_of_the_memory_mib() {
  const auto pages = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES));
  return pages / 4 * 3 * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) >> 20U;
}

JobSettings with_memory_limit(JobSettings settings) {
  if (settings.max_job_memory_mib == 0) settings.max_job_memory_mib = most_of_the_memory_mib();
  return settings;
}

}  // namespace

ValidationJobs::ValidationJobs(JobSettings settings, Datasets datasets, Log log)
    : settings_(with_memory_limit(std::move(settings))),
      memory_share_(std::max(settings_.max_job_memory_mib, most_of_the_memory_mib()) << 20U),
      datasets_(std::move(datasets)),
      log_(std::move(log)) {
  const std::size_t gpus = settings_.launcher.empty() ? gpu_count() : 0;
  has_gpu_ = gpus > 0;
  slots_ = device_slots(settings_.cpu_jobs, gpus);
}

ValidationJobs::~ValidationJobs() { stop(); }

void ValidationJobs::start(JobListener listener) {
  listener_ = std::move(listener);
  processes::adopt_orphans();
  if (folder_is_out_of_reach()) open_folder();
  for (const std::string& slot : slots_) threads_.emplace_back([this, slot] { work(slot); });
  threads_.emplace_back([this] { look_after(); });
}

void ValidationJobs::stop() {
  std::vector<EntryPtr> followed;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    followed = in_order_;
  }
  changed_.notify_all();
  for (const EntryPtr& entry : followed) entry->events.wake();
  const std::lock_guard threads_lock(threads_mutex_);  // who comes second waits too
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Result<Job> ValidationJobs::submit(JobRequest request, const std::string& id) {
  if (const auto trainer = processes::find_trainer(); !trainer) {
    log_("no job can run", trainer.error().message);
    return Error{ErrorCode::unavailable, "this server has no ssem-train: nothing can be validated here", {}};
  }
  if (!can_run(request)) {
    FaultList faults;
    faults.add("/device", "must be one that this server has, got " + request.device);
    return faults.to_error();
  }
  if (auto fault = open_folder()) return *fault;
  Job job;
  job.id = id;
  job.request = std::move(request);
  job.created_at = studies::now();
  const auto entry = std::make_shared<Entry>(job, *folder_);
  const std::lock_guard transition(entry->transition);
  if (auto known = take_id(entry)) return *std::move(known);
  if (auto fault = entry->folder.keep(job)) {
    log_("a job cannot be kept", fault->message);
    entry->folder.remove(id);
    const std::lock_guard lock(mutex_);
    entries_.erase(id);
    return Error{ErrorCode::unavailable, "the validation cannot be kept: is the disk full?", {}};
  }
  append(*entry, protocol::kQueued, Json{{protocol::kEvent, protocol::kQueued}});
  {
    const std::lock_guard lock(mutex_);
    entry->shown = true;
    in_order_.push_back(entry);
    job = copy_of(*entry);
  }
  changed_.notify_all();
  return job;
}

// The job that has the entry's id already, or why there can be none; nothing once the id is the entry's.
std::optional<Result<Job>> ValidationJobs::take_id(const EntryPtr& entry) {
  while (true) {
    EntryPtr other;
    {
      const std::lock_guard lock(mutex_);
      const auto found = entries_.find(entry->job.id);
      if (found == entries_.end()) {
        if (stopping_ || queued() >= settings_.max_queued_jobs) return Result<Job>(queue_is_full());
        entries_[entry->job.id] = entry;
        return std::nullopt;
      }
      other = found->second;
      if (other->shown) return Result<Job>(copy_of(*other));
    }
    const std::lock_guard made_or_removed(other->transition);  // by another thread: then the id is looked up again
  }
}

std::optional<Error> ValidationJobs::no_room(std::size_t jobs) const {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queued() + jobs > settings_.max_queued_jobs) return queue_is_full();
  return std::nullopt;
}

bool ValidationJobs::knows_its_jobs() const { return !folder_is_out_of_reach(); }

bool ValidationJobs::is_stopping() const { return stopping_; }

Result<Job> ValidationJobs::find(const std::string& id) const {
  const EntryPtr entry = find_entry(id);
  if (!entry) return absent(id);
  std::unique_lock lock(mutex_);
  Job job = copy_of(*entry);
  lock.unlock();
  // Of an earlier server's job the events know it.
  if (job.progress.is_null() && job.state != JobState::queued) job.progress = entry->events.last_progress();
  return job;
}

std::vector<Job> ValidationJobs::list(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> jobs;
  std::size_t position = static_cast<std::size_t>(std::count_if(
      in_order_.begin(), in_order_.end(), [](const EntryPtr& each) { return each->job.state == JobState::queued; }));
  for (auto entry = in_order_.rbegin(); entry != in_order_.rend() && jobs.size() < most; ++entry) {
    jobs.push_back((*entry)->job);
    if (jobs.back().state == JobState::queued) jobs.back().queue_position = position--;
  }
  return jobs;
}

Result<Job> ValidationJobs::cancel(const std::string& id) {
  const EntryPtr entry = find_entry(id);
  if (!entry) return absent(id);
  std::unique_lock lock(mutex_);
  const JobState state = entry->job.state;
  if (state == JobState::finished || state == JobState::failed) {
    return Error{ErrorCode::conflict,
                 "validation " + id + " has " + std::string(name_of(state)) + " already; ?remove=true removes it",
                 {}};
  }
  entry->job.cancel_wanted = true;  // so that no worker begins it
  const bool waits = state == JobState::queued && !entry->taken;
  lock.unlock();
  changed_.notify_all();
  if (!waits && !has_ended(state)) keep(*entry);
  if (waits && end(*entry, JobState::cancelled, std::nullopt, {})) tell_trial(id);
  lock.lock();
  return copy_of(*entry);
}

std::optional<Error> ValidationJobs::remove(const std::string& id) {
  const EntryPtr entry = find_entry(id);
  if (!entry) return absent(id);
  {
    const std::lock_guard lock(mutex_);
    if (!has_ended(entry->job.state)) {
      return Error{ErrorCode::conflict,
                   "validation " + id + " is " + std::string(name_of(entry->job.state)) + "; cancel it first",
                   {}};
    }
    if (!entry->job.reported) {
      return Error{ErrorCode::conflict, "the trial of validation " + id + " has not been told yet; try again", {}};
    }
  }
  return forget(entry) ? std::nullopt : std::optional(absent(id));
}

Result<EventPage> ValidationJobs::events(const std::string& id, std::int64_t number,
                                         std::chrono::milliseconds patience) const {
  const EntryPtr entry = find_entry(id);
  if (!entry) return absent(id);
  return entry->events.after(number, patience, stopping_);
}

Result<std::filesystem::path> ValidationJobs::artifact(const std::string& id, std::string_view name) const {
  const EntryPtr entry = find_entry(id);
  if (!entry) return absent(id);
  const auto path = (name == protocol::kReportFile ? entry->folder.folder_of(id) : entry->folder.output_of(id)) / name;
  const bool known =
      std::find(protocol::kResultFiles.begin(), protocol::kResultFiles.end(), name) != protocol::kResultFiles.end();
  std::error_code fault;
  if (known && std::filesystem::is_regular_file(path, fault)) return path;
  return Error{ErrorCode::not_found,
               known ? "there is no " + std::string(name) + " of this validation (yet)"
                     : std::string("artifacts are report.json, curve.csv and embeddings.npz"),
               {}};
}

std::vector<std::string> ValidationJobs::artifacts(const std::string& id) const {
  std::vector<std::string> names;
  for (const std::string_view name : protocol::kResultFiles) {
    if (artifact(id, name)) names.emplace_back(name);
  }
  return names;
}

advisor::json::SharedJson ValidationJobs::report(const std::string& id) const {
  const EntryPtr entry = find_entry(id);
  return entry ? report_of(*entry) : advisor::json::SharedJson();
}

std::string ValidationJobs::folder_id() { return open_folder() ? std::string() : folder_->id(); }

Result<std::filesystem::path> ValidationJobs::scratch() {
  if (auto fault = open_folder()) return *fault;
  return folder_->scratch();
}

ValidationJobs::Counts ValidationJobs::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts;
  for (const EntryPtr& entry : in_order_) {
    counts.queued += entry->job.state == JobState::queued ? 1 : 0;
    counts.running += entry->job.state == JobState::running ? 1 : 0;
  }
  return counts;
}

}  // namespace ssem::api::jobs
