// The trials of a study as a search sees them: points and one number each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "advisor/tuning/next_point.h"
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

// One number per parameter of the space; nothing for a trial that lacks one.
std::optional<advisor::tuning::Values> values_of(const NamedDistributions& space, const PastTrial& trial);

// Results and what is being tried; trials that lack a parameter, failed or have no value are passed over. Several
// objectives become one number by an augmented Chebyshev sum whose weights `stream` draws (Knowles 2006, ParEGO).
advisor::tuning::History search_history(const NamedDistributions& space,
                                        const std::vector<studies::Direction>& directions,
                                        const std::vector<PastTrial>& past, std::uint64_t stream);

}  // namespace ssem::api::tuning
