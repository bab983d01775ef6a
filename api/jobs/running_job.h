// One job while its child runs: lines in, events and state out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "api/jobs/supervised_run.h"
#include "api/jobs/validation_jobs.h"

namespace ssem::api::jobs {

// Lives on the worker thread that runs the job.
class RunningJob {
 public:
  RunningJob(ValidationJobs& jobs, ValidationJobs::EntryPtr entry, std::string slot);

  // From the child's start to the job's end, or to the server's.
  void run();

 private:
  Result<ChildCall> call();
  bool take(std::string_view line);
  void take_progress(const std::string& json);
  void write_waiting();
  bool should_end();
  void conclude(const Result<RunEnd>& end);
  std::optional<Error> fault_of(const RunEnd& end) const;

  ValidationJobs& jobs_;
  const ValidationJobs::EntryPtr entry_;
  const std::string slot_;
  const std::string id_;
  const Dataset* dataset_ = nullptr;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_progress_{};
  std::string waiting_;  // the latest progress, not written yet
  std::string last_event_;
  std::string report_;
  std::string verdict_;
  std::optional<Error> failure_;  // as the child reported it
  std::optional<Error> lost_;     // an event that could not be kept
};

}  // namespace ssem::api::jobs
