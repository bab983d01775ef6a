// What to try next in a study, and why: the advisor's search in Optuna's terms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "api/studies/trial.h"
#include "api/tuning/search_history.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {

// A search whose results this one begins with; `exists` is false where the study of that name is gone.
// Of its trials the latest kMostEarlierTrials count, so that an ask stays cheap.
struct EarlierStudy {
  std::string name;
  bool exists = true;
  StudyConfig config = {};
  std::vector<studies::Direction> directions = {};
  std::vector<PastTrial> trials = {};
};

inline constexpr std::size_t kMostEarlierTrials = 10'000;

// The latest of them.
template <class Trials>
Trials latest_trials(Trials trials) {
  if (trials.size() > kMostEarlierTrials) {
    trials.erase(trials.begin(), trials.end() - static_cast<std::ptrdiff_t>(kMostEarlierTrials));
  }
  return trials;
}

struct Suggestion {
  std::vector<double> internal_values;  // one per parameter of the space
  std::vector<std::string> why;         // short sentences
};

// A pure function of its arguments; a few milliseconds. The first suggestion of a study with a problem
// is the advisor's recommendation, unless that was tried. Later ones: the point of highest expected improvement among
// those that theory lets through (advisor/ tuning); with several objectives, of an augmented Chebyshev sum with weights
// drawn for each trial (Knowles 2006, ParEGO). Trials that lack a parameter of the space, failed or have no value are
// passed over. `space` may be empty. Earlier studies whose trials lie in this space come first instead of the advice,
// each seen through the theory of its own problem.
Suggestion suggest(const StudyConfig& config, const NamedDistributions& space,
                   const std::vector<studies::Direction>& directions, const std::vector<PastTrial>& past,
                   std::uint64_t number, const std::vector<EarlierStudy>& earlier = {});

}  // namespace ssem::api::tuning
