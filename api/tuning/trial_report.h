// What a client says of a trial while it runs, and at its end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/studies/study_table.h"
#include "api/tuning/lease.h"

namespace ssem::api::tuning {

// Keeps an intermediate value, renews the trial's lease, and says whether the study's pruner would give the trial up.
// `unprocessable` for studies with several objectives and for negative steps, as in Optuna.
Result<bool> report(studies::StudyTable& table, std::int64_t trial_id, const studies::IntermediateValue& value,
                    studies::Timestamp now);

struct Outcome {
  std::optional<studies::TrialState> state;  // nothing: complete, or fail where the values are none to keep
  std::optional<std::vector<double>> values;
};

struct ToldTrial {
  studies::TrialPtr trial;
  std::string why_failed;  // empty unless the values made the trial fail
};

// Ends a trial as Optuna's study.tell() does. A pruned one takes its last reported value. Without a state, values that
// are missing, have a nan among them or are not one per objective end it as failed; with COMPLETE they are
// `unprocessable`.
// Telling the same again changes nothing and returns the trial; telling anything else of a finished trial is a
// `conflict`.
Result<ToldTrial> tell(studies::StudyTable& table, std::int64_t trial_id, const Outcome& told, studies::Timestamp now);

// The user attribute of a trial whose lease ran out before it was told its values.
inline constexpr std::string_view kLateValuesAttribute = "late_values";

// Of a telling that was refused because the trial's lease had run out: keeps the values as kLateValuesAttribute.
// Nothing is done, and false returned, for every other trial, and where no values were told.
Result<bool> keep_late_values(studies::StudyTable& table, std::int64_t trial_id, const Outcome& told);

}  // namespace ssem::api::tuning
