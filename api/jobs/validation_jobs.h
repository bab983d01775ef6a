// Validations: a bounded queue of training runs, each a child process, kept in a folder that outlives the server.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <thread>
#include <vector>

#include "advisor/json/shared_json.h"
#include "advisor/result.h"
#include "api/jobs/data_folder.h"
#include "api/jobs/datasets.h"
#include "api/jobs/job.h"
#include "api/jobs/job_events.h"
#include "api/jobs/job_settings.h"
#include "api/processes/memory_share.h"

namespace ssem::api::jobs {

// What a trial hears of its validation; called on a worker thread, never with a lock held.
struct JobListener {
  // True: the trial is given up, and the job is ended.
  std::function<bool(const Job& job, const nlohmann::ordered_json& progress)> progressed;
  // `report` is null where there is none. False: it could not be told and is told again later.
  std::function<bool(const Job& job, const nlohmann::ordered_json& report, bool given_up)> ended;
};

// Thread safe. Nothing here throws but std::bad_alloc.
class ValidationJobs {
 public:
  using Log = std::function<void(const std::string& message, const std::string& detail)>;

  ValidationJobs(JobSettings settings, Datasets datasets, Log log);
  ~ValidationJobs();
  ValidationJobs(const ValidationJobs&) = delete;
  ValidationJobs& operator=(const ValidationJobs&) = delete;

  // Takes up what an earlier server left (running jobs again, from their checkpoints) and starts working. A data folder
  // that cannot be used yet, because an earlier server still ends, say, is tried again until it can; until then its
  // jobs are unavailable. One that is absent is made by the first submit().
  void start(JobListener listener);
  // Ends the running children, which may write their checkpoints; the jobs stay as they are for the next server.
  void stop();

  // Errors: unavailable when the queue is full or the job cannot be kept; invalid_argument for what nothing here can
  // run. `id` is a new one unless the caller needs to know it before; the job that has it already is given back.
  Result<Job> submit(JobRequest request, const std::string& id = new_job_id());
  // Nothing when so many more may wait. Errors: unavailable.
  std::optional<Error> no_room(std::size_t jobs) const;
  // False while a data folder is there that cannot be used: jobs that are not found may still be in it.
  bool knows_its_jobs() const;
  bool is_stopping() const;
  Result<Job> find(const std::string& id) const;
  std::vector<Job> list(std::size_t most) const;  // newest first; progress only of those that this server ran
  // Errors: not_found; conflict when it has finished or failed. Cancelling twice is no error.
  Result<Job> cancel(const std::string& id);
  // With its files. Errors: not_found; conflict while it is queued or running, or its trial has not been told.
  std::optional<Error> remove(const std::string& id);

  // Events after `number`; waits up to `patience` for the first.
  Result<EventPage> events(const std::string& id, std::int64_t number, std::chrono::milliseconds patience) const;
  // "report.json", "curve.csv", "embeddings.npz". Errors: not_found.
  Result<std::filesystem::path> artifact(const std::string& id, std::string_view name) const;
  std::vector<std::string> artifacts(const std::string& id) const;
  advisor::json::SharedJson report(const std::string& id) const;  // null where there is none

  const Datasets& datasets() const { return datasets_; }
  const JobSettings& settings() const { return settings_; }
  // What all jobs and audits may take together: as much as one of them may, or three quarters of the machine's.
  processes::MemoryShare& memory_share() { return memory_share_; }
  std::vector<std::string> devices() const { return slots_; }
  // Of the data folder, made when absent: a job that was kept in the folder of this id is in it for as long as it
  // lives. Empty where the folder cannot be used.
  std::string folder_id();
  // The folder for short-lived files, made when absent.
  Result<std::filesystem::path> scratch();
  struct Counts {
    std::size_t queued = 0, running = 0;
  };
  Counts counts() const;

 private:
  struct Entry;  // job_entry.h
  using EntryPtr = std::shared_ptr<Entry>;
  class Host;

  // These with the lock held: they look at memory only.
  EntryPtr entry_of(const std::string& id) const;
  Job copy_of(const Entry& entry) const;
  std::size_t queued() const;
  EntryPtr next_for(const std::string& slot) const;

  // These without it: they use the disk, or call others.
  EntryPtr find_entry(const std::string& id) const;
  bool can_run(const JobRequest& request) const;
  std::optional<Result<Job>> take_id(const EntryPtr& entry);
  std::optional<Error> open_folder();
  bool folder_is_out_of_reach() const;
  Error absent(const std::string& id) const;
  static advisor::json::SharedJson report_of(const Entry& entry);
  void append(Entry& entry, std::string_view name, const nlohmann::ordered_json& event) const;
  void keep(Entry& entry) const;
  bool end(Entry& entry, JobState state, std::optional<Error> error, const advisor::json::SharedJson& report,
           const std::string& verdict = "");
  bool forget(const EntryPtr& entry);

  // What an earlier server left; before anyone else sees it.
  std::vector<EntryPtr> load(const DataFolder& folder);
  void take_up(Entry& entry);

  void work(const std::string& slot);
  EntryPtr begin_next(const std::string& slot);
  Job begin(Entry& entry, const std::string& slot);
  void run(const EntryPtr& entry, const std::string& slot);
  void say_where_it_resumes(Entry& entry);
  void look_after();
  void tell_trial(const std::string& id);
  void sweep();

  const JobSettings settings_;
  processes::MemoryShare memory_share_;
  const Datasets datasets_;
  const Log log_;
  JobListener listener_;
  std::vector<std::string> slots_;
  bool has_gpu_ = false;

  // Guards what follows it, and the state of every job; never held while the disk is used. What is written of one job
  // is in order by its entry's `transition`, its events by their own lock; both are taken before this one.
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;  // for workers: the queue, and ends that were asked for
  std::unique_ptr<DataFolder> folder_;       // once it is there it stays
  std::map<std::string, EntryPtr> entries_;
  std::vector<EntryPtr> in_order_;  // oldest first
  bool folder_fault_logged_ = false;
  std::atomic<bool> stopping_{false};

  std::mutex opening_mutex_;  // one thread opens the folder
  std::mutex threads_mutex_;
  std::vector<std::thread> threads_;
};

}  // namespace ssem::api::jobs
