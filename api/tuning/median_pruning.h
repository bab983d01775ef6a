// When to give a trial up because the median trial was better by then.
#pragma once

#include <vector>

#include "api/studies/trial.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {

// Optuna's MedianPruner, decision for decision (but beside infinities, where numpy's median is nan): at its latest
// step, a trial whose best reported value so far is worse than the median of what the completed trials reported at that
// step; or that reported nothing but nan.
bool should_prune(const MedianPruning& settings, const studies::Trial& trial,
                  const std::vector<studies::TrialPtr>& completed, studies::Direction direction);

}  // namespace ssem::api::tuning
