// Logarithms that neither overflow nor cancel.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace ssem::advisor {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// log(e^a + e^b).
inline double log_add_exp(double a, double b) {
  const double high = std::max(a, b);
  if (!std::isfinite(high)) return high;
  return high + std::log1p(std::exp(std::min(a, b) - high));
}

// log(p / (1 - p)) from both sides of the probability, so that neither end loses digits; infinite outside (0, 1).
inline double logit(double value, double one_minus_value) {
  if (value <= 0) return -kInfinity;
  if (one_minus_value <= 0) return kInfinity;
  return std::log(value) - std::log(one_minus_value);
}

}  // namespace ssem::advisor
