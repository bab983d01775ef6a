// What a client says of a trial while it runs, and at its end.
#pragma once

#include <optional>
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
  std::optional<studies::TrialState> state;  // nothing: complete
  std::optional<std::vector<double>> values;
};

// Ends a trial. A pruned one takes its last reported value, as in Optuna. Telling the same again changes nothing and
// returns the trial; telling anything else of a finished trial is a `conflict`.
Result<studies::TrialPtr> tell(studies::StudyTable& table, std::int64_t trial_id, const Outcome& told,
                               studies::Timestamp now);

}  // namespace ssem::api::tuning
