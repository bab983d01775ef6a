// The best trials of a study.
#pragma once

#include <vector>

#include "api/studies/trial.h"

namespace ssem::api::tuning {

// One objective: the complete trial with the best value, the earliest of equals. Several: the Pareto front, by number:
// complete trials that no other one beats in one objective without losing in another. Trials without all values are
// passed over. O(trials), or O(trials^2) with several objectives.
std::vector<studies::TrialPtr> best_trials(const std::vector<studies::TrialPtr>& complete,
                                           const std::vector<studies::Direction>& directions);

}  // namespace ssem::api::tuning
