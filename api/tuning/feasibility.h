// Which trials meet the constraints of their study, as Optuna has it.
#pragma once

#include <vector>

#include "api/studies/trial.h"

namespace ssem::api::tuning {

// The complete trials none of whose constraints is violated: a constraint is met by a number <= 0. Constraints are
// system attributes of a trial: "constraints", a list of numbers (a sampler's constraints_func), and, since Optuna 5,
// "constraints:NAME", a number each, which stands in for the list's item NAME ("0", "1", ...). What is no number, or
// NaN, is not met. A study is constrained once any trial of it, whatever its state, has the list: then a trial without
// one is not known to be feasible and is left out (Optuna 3 and 4; Optuna 5 lets it in). Where there are names alone,
// one without any is let in, as Optuna 5 does. `trials`: all of the study. O(trials).
std::vector<studies::TrialPtr> feasible_trials(const std::vector<studies::TrialPtr>& trials);

}  // namespace ssem::api::tuning
