// The lowest temperature at which each implementation still computes finite gradients.
#pragma once

#include <vector>

#include "advisor/recommendation.h"

namespace ssem::advisor {

// For unit-norm embeddings, clustered, random or with an antipodal positive. Un-normalised embeddings break SupContrast
// and the authors' CIFAR code at every temperature <= 1.
const std::vector<NumericLimit>& safe_temperatures();

}  // namespace ssem::advisor
