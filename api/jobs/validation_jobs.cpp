#include "api/jobs/validation_jobs.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/jobs/device_slots.h"
#include "api/jobs/running_job.h"
#include "api/jobs/trainer_path.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kEventsAtOnce = 500;

Error queue_is_full() { return {ErrorCode::unavailable, "too many validations are waiting; try again later", {}}; }

std::string event(const char* name) { return advisor::json::dump(Json{{"event", name}}); }

JobSettings with_memory_limit(JobSettings settings) {
  if (settings.max_job_memory_mib == 0) {
    const auto pages = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES));
    settings.max_job_memory_mib = pages / 4 * 3 * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) >> 20U;
  }
  return settings;
}

}  // namespace

ValidationJobs::ValidationJobs(JobSettings settings, Datasets datasets, Log log)
    : settings_(with_memory_limit(std::move(settings))), datasets_(std::move(datasets)), log_(std::move(log)) {
  const std::size_t gpus = settings_.launcher.empty() ? gpu_count() : 0;
  has_gpu_ = gpus > 0;
  slots_ = device_slots(settings_.cpu_jobs, gpus);
}

ValidationJobs::~ValidationJobs() { stop(); }

void ValidationJobs::start(JobListener listener) {
  listener_ = std::move(listener);
  adopt_orphans();
  {
    const std::lock_guard lock(mutex_);
    if (folder_is_out_of_reach()) open_folder();
  }
  for (const std::string& slot : slots_) threads_.emplace_back([this, slot] { work(slot); });
  threads_.emplace_back([this] { look_after(); });
}

void ValidationJobs::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  const std::lock_guard threads_lock(threads_mutex_);  // who comes second waits too
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Result<Job> ValidationJobs::submit(JobRequest request, const std::string& id) {
  if (const auto trainer = find_trainer(); !trainer) {
    log_("no job can run", trainer.error().message);
    return Error{ErrorCode::unavailable, "this server has no ssem-train: nothing can be validated here", {}};
  }
  const bool suited = !settings_.launcher.empty() || std::any_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
    return suits(slot, request, has_gpu_);
  });
  if (!suited) {
    FaultList faults;
    faults.add("/device", "must be one that this server has, got " + request.device);
    return faults.to_error();
  }
  const std::lock_guard lock(mutex_);
  if (auto fault = open_folder()) return *fault;
  if (const EntryPtr known = entry_of(id)) return known->job;
  if (stopping_ || queued() >= settings_.max_queued_jobs) return queue_is_full();
  const auto entry = std::make_shared<Entry>();
  entry->job.id = id;
  entry->job.request = std::move(request);
  entry->job.created_at = studies::now();
  if (auto fault = folder_->keep(entry->job)) {
    log_("a job cannot be kept", fault->message);
    folder_->remove(id);
    return Error{ErrorCode::unavailable, "the validation cannot be kept: is the disk full?", {}};
  }
  entries_[id] = entry;
  in_order_.push_back(entry);
  append(*entry, event("queued"));
  return entry->job;
}

std::optional<Error> ValidationJobs::no_room(std::size_t jobs) const {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queued() + jobs > settings_.max_queued_jobs) return queue_is_full();
  return std::nullopt;
}

bool ValidationJobs::knows_its_jobs() const {
  const std::lock_guard lock(mutex_);
  return !folder_is_out_of_reach();
}

bool ValidationJobs::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

Result<Job> ValidationJobs::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const EntryPtr entry = entry_of(id);
  if (!entry) return absent(id);
  if (entry->job.progress.empty() && entry->job.state != JobState::queued) {
    // Of an earlier server's job: its last progress is near the end of its events.
    for (const NumberedEvent& each : log_of(*entry).after(log_of(*entry).last_number() - 4, 4)) {
      if (each.json.rfind(R"({"event":"progress")", 0) == 0) entry->job.progress = each.json;
    }
  }
  return entry->job;
}

std::vector<Job> ValidationJobs::list(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> jobs;
  for (auto entry = in_order_.rbegin(); entry != in_order_.rend() && jobs.size() < most; ++entry) {
    jobs.push_back((*entry)->job);
  }
  return jobs;
}

std::size_t ValidationJobs::queue_position(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  std::size_t position = 0;
  for (const EntryPtr& entry : in_order_) {
    if (entry->job.state != JobState::queued) continue;
    ++position;
    if (entry->job.id == id) return position;
  }
  return 0;
}

Result<Job> ValidationJobs::cancel(const std::string& id) {
  std::unique_lock lock(mutex_);
  const EntryPtr entry = entry_of(id);
  if (!entry) return absent(id);
  const JobState state = entry->job.state;
  if (state == JobState::finished || state == JobState::failed) {
    return Error{ErrorCode::conflict,
                 "validation " + id + " has " + std::string(name_of(state)) + " already; ?remove=true removes it",
                 {}};
  }
  entry->job.cancel_wanted = true;
  if (state == JobState::running) keep(*entry);
  if (state != JobState::queued) return entry->job;
  end(*entry, JobState::cancelled, std::nullopt);
  const Job job = entry->job;
  lock.unlock();
  tell_trial(id);
  return job;
}

std::optional<Error> ValidationJobs::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const EntryPtr entry = entry_of(id);
  if (!entry) return absent(id);
  if (!has_ended(entry->job.state)) {
    return Error{ErrorCode::conflict,
                 "validation " + id + " is " + std::string(name_of(entry->job.state)) + "; cancel it first",
                 {}};
  }
  if (!entry->job.reported) {
    return Error{ErrorCode::conflict, "the trial of validation " + id + " has not been told yet; try again", {}};
  }
  forget(id);
  return std::nullopt;
}

Result<EventPage> ValidationJobs::events(const std::string& id, std::int64_t number,
                                         std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  const EntryPtr entry = entry_of(id);
  if (!entry) return absent(id);
  // A number from the future is from another server's events, which are not these.
  if (number > log_of(*entry).last_number() && !has_ended(entry->job.state)) number = 0;
  changed_.wait_for(lock, patience,
                    [&] { return stopping_ || log_of(*entry).last_number() > number || has_ended(entry->job.state); });
  EventPage page;
  page.events = log_of(*entry).after(number, kEventsAtOnce);
  const std::int64_t seen = page.events.empty() ? number : page.events.back().number;
  page.complete = has_ended(entry->job.state) && seen >= log_of(*entry).last_number();
  return page;
}

Result<std::filesystem::path> ValidationJobs::artifact(const std::string& id, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (!entry_of(id)) return absent(id);
  std::error_code fault;
  const auto path = name == "report.json" ? folder_->folder_of(id) / name : folder_->output_of(id) / name;
  const bool known = name == "report.json" || name == "curve.csv" || name == "embeddings.npz";
  if (known && std::filesystem::is_regular_file(path, fault)) return path;
  return Error{ErrorCode::not_found,
               known ? "there is no " + std::string(name) + " of this validation (yet)"
                     : std::string("artifacts are report.json, curve.csv and embeddings.npz"),
               {}};
}

std::vector<std::string> ValidationJobs::artifacts(const std::string& id) const {
  std::vector<std::string> names;
  for (const char* name : {"report.json", "curve.csv", "embeddings.npz"}) {
    if (artifact(id, name)) names.emplace_back(name);
  }
  return names;
}

std::string ValidationJobs::report(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (!entry_of(id)) return {};
  std::string text = folder_->read(id, "report.json").value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Result<std::filesystem::path> ValidationJobs::scratch() {
  const std::lock_guard lock(mutex_);
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
