// What a study keeps of its tuning run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/jobs/datasets.h"
#include "api/studies/study_table.h"
#include "api/tuning/training_template.h"

namespace ssem::api::tuning {

// System attributes: of a study its run, of a trial the run that began it.
inline constexpr std::string_view kRunAttribute = "ssem:run";
inline constexpr std::string_view kRunIdAttribute = "ssem:run_id";

struct RunningTrial {
  std::int64_t trial_id = 0;
  std::int64_t number = 0;
  std::string validation_id;
};

struct StudyRun {
  std::string id;
  std::string state = "none";  // none | running | stopped | finished | failed
  std::int64_t trials = 0;     // to begin in all
  std::int64_t begun = 0;
  std::int64_t done = 0;  // that have ended
  std::string why;        // of a failed run
  TrainingTemplate training;
  std::vector<RunningTrial> running;
};

// As the study's attribute says it, without its trials.
StudyRun run_of(const studies::Study& study, const jobs::Datasets& datasets);

// With the trials that it began; `failures` is how many of the last ended ones failed in a row. Errors: not_found.
Result<StudyRun> look_at(const studies::StudyTable& table, std::int64_t study_id, const jobs::Datasets& datasets,
                         std::int64_t& failures);

// Inside a change. Errors: as StudyTable's.
std::optional<Error> keep(studies::StudyTable& table, std::int64_t study_id, const StudyRun& run);
std::optional<Error> keep_run_of_trial(studies::StudyTable& table, std::int64_t trial_id, const StudyRun& run);

}  // namespace ssem::api::tuning
