// A density of one parameter on a grid of at most 50 points, or on its choices: Gaussian kernels with Scott's bandwidth
// and a broad one as a prior, as Optuna 5's importances estimate it.
#pragma once

#include <vector>

#include "api/studies/distribution.h"

namespace ssem::api::tuning {

// `internal_values` of trials that share the distribution, at least one; the distribution has more than one value.
std::vector<double> parzen_on_grid(const studies::Distribution& distribution,
                                   const std::vector<double>& internal_values);

}  // namespace ssem::api::tuning
