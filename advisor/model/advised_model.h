// The model that a problem is advised with.
#pragma once

#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

// Balanced classes: the problem itself. Unequal classes: a balanced batch at effective_instances().
SsemModel advised_model(const Problem& problem);

// Unequal classes, a heuristic: anchor mean takes the smallest class with at least two images in the batch, so that it
// does not collapse; pair mean takes n = 1 + (B-1) sum share^2, where all classes share one low-temperature threshold.
// So does anchor mean where no class has two images.
double effective_instances(const Problem& problem);

}  // namespace ssem::advisor
