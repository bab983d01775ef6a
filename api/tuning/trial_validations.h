// Trials whose values are measured by validations: started, listened to, told.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "advisor/json/training/report_fields.h"
#include "advisor/result.h"
#include "api/jobs/validation_jobs.h"
#include "api/studies/study_store.h"
#include "api/tuning/training_template.h"

namespace ssem::api::tuning {

// User attributes of a trial that was validated.
inline constexpr std::string_view kValidationIdAttribute = "validation_id";
inline constexpr std::string_view kMeasuredAttribute = advisor::json::training::kMeasured;
inline constexpr std::string_view kFailReasonAttribute = "fail_reason";

struct ValidationLink {
  std::string job_id;
  std::string folder_id;      // where the job will be kept: ValidationJobs::folder_id()
  TrainingTemplate training;  // so that a server that was killed before the job was kept can start it
};

// Inside a change: the trial is measured by this validation from now on. Errors: it does not run, or another validation
// measures it already (conflict).
std::optional<Error> link(studies::StudyTable& table, std::int64_t trial_id, const ValidationLink& made);

// The validation of a trial; empty where it has none.
std::string validation_of(const studies::Trial& trial);

// Thread safe. Store and jobs outlive it.
class TrialValidations {
 public:
  TrialValidations(studies::StudyStore& store, jobs::ValidationJobs& jobs) : store_(store), jobs_(jobs) {}

  // Once link() is kept. When the validation cannot be started the trial fails with the reason, which is returned.
  std::optional<Error> submit(std::int64_t trial_id, const TrainingTemplate& training);

  // For ValidationJobs::start(). `after` runs when a trial was told.
  jobs::JobListener listener(std::function<void()> after);

  // As ValidationJobs says it: asked before trials are made that are to be validated.
  std::optional<Error> no_room(std::size_t trials) const { return jobs_.no_room(trials); }

  // For links. Not inside a change: it uses the disk.
  std::string folder_id() { return jobs_.folder_id(); }

  // Running trials whose validations are not there: started, where the server was killed between link() and submit();
  // failed, where the data folder was lost or another one was given.
  void take_up_lost();

 private:
  bool progressed(const jobs::Job& job, const nlohmann::ordered_json& progress);
  bool ended(const jobs::Job& job, const nlohmann::ordered_json& report, bool given_up);
  std::optional<Error> fail(std::int64_t trial_id, const std::string& job_id, const std::string& reason);
  std::vector<std::pair<std::int64_t, ValidationLink>> linked() const;

  studies::StudyStore& store_;
  jobs::ValidationJobs& jobs_;
};

}  // namespace ssem::api::tuning
