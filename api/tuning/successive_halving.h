// When to give a trial up because it is not among the best of its rung.
#pragma once

#include <optional>
#include <vector>

#include "api/studies/trial.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {

struct HalvingDecision {
  bool prune = false;
  std::vector<studies::Attribute> completed_rungs;  // system attributes to set on the trial, as Optuna's pruner does
};

// Optuna's SuccessiveHalvingPruner (asynchronous successive halving, Li et al. 2020), decision for decision: a trial
// that reaches step min_resource * reduction_factor^(min_early_stopping_rate + rung) goes on when its value is among
// the best 1 / reduction_factor of all that completed the rung. `trials` are all of the study.
HalvingDecision decide(const SuccessiveHalving& settings, const studies::Trial& trial,
                       const std::vector<studies::TrialPtr>& trials, studies::Direction direction);

}  // namespace ssem::api::tuning
