// The least loss of nested classes, over variances that are not negative and sum to 1 at most.
#pragma once

#include <array>

#include "advisor/evaluate/levels/nested_loss.h"

namespace ssem::advisor {

struct NestedOptimum {
  TierValues variances{};  // exactly 0 where the tier collapses
  double loss_value = 0;
  bool converged = false;
  bool targets_met = false;  // every soft target exactly: other arrangements have the same loss, views apart
};

// Interior-point Newton steps; each tier that ends on the border with a slope away from it is collapsed. The loss is
// convex: the minimum is global.
NestedOptimum nested_optimum(const NestedLoss& loss);

}  // namespace ssem::advisor
