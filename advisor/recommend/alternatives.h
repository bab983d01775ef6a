// Other pairs with the same predicted variance.
#pragma once

#include <vector>

#include "advisor/recommend/target_curve.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {

// The target's curve at temperatures people use, nearest to the recommended one first kept, ascending in temperature;
// then `extra` (other solutions for a fixed loss weight). Points that no loss weight below 1 reaches are left out.
std::vector<Alternative> alternatives(const TargetCurve& curve, double recommended_temperature,
                                      const std::vector<double>& extra_temperatures);

}  // namespace ssem::advisor
