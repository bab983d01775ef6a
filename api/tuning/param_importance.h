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

// Conditional PED-ANOVA (Watanabe, Bansal, Hutter, IJCAI 2023; arXiv 2601.20800), as Optuna 5 computes it, of every
// parameter that any complete trial has. Trials that gave a parameter the same distribution make a regime; of each
// regime with two trials or more that has some of the best tenth, alpha^2 / beta D is added up, where alpha and beta
// are its shares of the best tenth and of all, and D = sum_p[(q / p - 1)^2] is the Pearson divergence between the
// densities q of its best and p of all its trials (parzen_on_grid.h). Values that are not finite are left out. Highest
// first; equal shares where no parameter tells; empty for fewer than two complete trials. O(parameters * trials).
std::vector<Importance> param_importances(const std::vector<studies::TrialPtr>& complete, std::size_t objective,
                                          studies::Direction direction);

}  // namespace ssem::api::tuning
