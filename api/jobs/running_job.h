// One job while its child runs: from a request to the child's call, from the child's lines to events and an outcome.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/jobs/data_folder.h"
#include "api/jobs/datasets.h"
#include "api/jobs/job.h"
#include "api/jobs/job_settings.h"
#include "api/processes/supervised_run.h"

namespace ssem::api::jobs {

// What a running job needs of who keeps jobs. Called on the thread that runs it.
class RunHost {
 public:
  virtual ~RunHost() = default;
  // False: it was cancelled, or given up by its trial's pruner. Asked about ten times a second.
  virtual bool is_wanted() const = 0;
  // The server stops.
  virtual bool is_stopping() const = 0;
  // What all jobs' children take together.
  virtual processes::MemoryShare& memory_share() = 0;
  // Returns once one of these two changes, or after `most`.
  virtual void wait_for_an_end(std::chrono::milliseconds most) = 0;
  // The child says on which device it trains.
  virtual void runs_on(const std::string& device) = 0;
  // Errors: the event cannot be kept.
  virtual std::optional<Error> append(std::string_view name, const nlohmann::ordered_json& event) = 0;
  // For the job's trial, as often as progress is appended.
  virtual void progressed(const nlohmann::ordered_json& progress) = 0;
};

struct RunOutcome {
  std::optional<JobState> state;  // nothing: the server's own end interrupted it, and the next one takes it up
  std::string verdict;
  advisor::json::SharedJson report;  // null where there is none
  std::optional<Error> error;        // of a failed one, fit to be shown to clients
  std::string log_detail;            // what only the server's log should say of it
};

// Lives on the thread that runs the job.
class RunningJob {
 public:
  // Runs `job` on `slot`, in its folder. Everything outlives this.
  RunningJob(const Job& job, std::string slot, const Datasets& datasets, const JobSettings& settings,
             const DataFolder& folder, RunHost& host);

  // From the child's start to its end; the report is then kept.
  RunOutcome run();

 private:
  Result<processes::ChildCall> call();
  bool take(std::string_view line);
  void take_progress(nlohmann::ordered_json event);
  bool is_due() const;
  void write_waiting();
  void keep(std::string_view name, const nlohmann::ordered_json& event);
  RunOutcome conclude(const Result<processes::RunEnd>& end);
  std::optional<Error> fault_of(const processes::RunEnd& end) const;
  Error shown(const Error& failure) const;

  const Job& job_;
  const std::string slot_;
  const JobSettings& settings_;
  const DataFolder& folder_;
  RunHost& host_;
  const Dataset* dataset_ = nullptr;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_progress_{};
  advisor::json::SharedJson waiting_;  // the latest progress, not written yet
  std::string last_event_;
  std::string verdict_;
  advisor::json::SharedJson report_;
  std::optional<Error> failure_;  // as the child reported it
  std::optional<Error> lost_;     // an event that could not be kept
};

}  // namespace ssem::api::jobs
