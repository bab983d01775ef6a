// What to try next in a study, and why: the advisor's search in Optuna's terms.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/studies/trial.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {

// One trial of the past, as far as the search looks at it.
struct PastTrial {
  studies::TrialState state = studies::TrialState::complete;
  std::span<const studies::Param> params;
  std::vector<double> values;  // of a pruned trial: its last reported value
};

PastTrial past_trial(const studies::Trial& trial);

struct Suggestion {
  std::vector<double> internal_values;  // one per parameter of the space
  std::vector<std::string> why;         // short sentences
};

// A pure function of its arguments; a few milliseconds. The first suggestion of a study with a problem
// is the advisor's recommendation, unless that was tried. Later ones: the point of highest expected improvement among
// those that theory lets through (advisor/ tuning); with several objectives, of an augmented Chebyshev sum with weights
// drawn for each trial (Knowles 2006, ParEGO). Trials that lack a parameter of the space, failed or have no value are
// passed over. `space` may be empty.
Suggestion suggest(const StudyConfig& config, const NamedDistributions& space,
                   const std::vector<studies::Direction>& directions, const std::vector<PastTrial>& past,
                   std::uint64_t number);

}  // namespace ssem::api::tuning
