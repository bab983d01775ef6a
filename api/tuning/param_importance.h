// Which parameters decide how good a trial is.
#pragma once

#include <string>
#include <vector>

#include "api/studies/trial.h"

namespace ssem::api::tuning {

struct Importance {
  std::string name;
  double importance = 0;     // in [0, 1]; all of a study sum to 1
  std::string distribution;  // the class name that Optuna gives it
};

// PED-ANOVA (Watanabe, Bansal, Hutter, IJCAI 2023): for each parameter that every complete trial has, the Pearson
// divergence mean_p[(q / p - 1)^2] between its density q among the best tenth (at least two) and p among all, both
// Gaussian kernel estimates on a grid of at most 50 points; counts for choices. Highest first; equal shares where no
// parameter tells; empty for fewer than two complete trials. O(parameters * trials * 50).
std::vector<Importance> param_importances(const std::vector<studies::TrialPtr>& complete, std::size_t objective,
                                          studies::Direction direction);

}  // namespace ssem::api::tuning
