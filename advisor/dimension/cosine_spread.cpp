#include "advisor/dimension/cosine_spread.h"

#include <cmath>

namespace ssem::advisor {

// The slope along y is a ratio of Bessel functions, near y / (a + sqrt(y^2 + b^2)) with a + b the dimensions: exact for
// small y, and y - (k-1)/2 log y for large y would have a = (k-1)/2. Shifted by kShift it is best in between.
LogMean log_mean_on_sphere(double dimensions, double u) {
  constexpr double kShift = 0.3;
  if (!(u > 0) || std::isinf(dimensions)) return {0, std::isinf(dimensions) ? 0 : 0.5 / dimensions};
  const double a = 0.5 * (dimensions - 1) - kShift, b = 0.5 * (dimensions + 1) + kShift;
  const double root = std::sqrt(u + b * b);
  const double above = u / (root + b);
  return {above - a * std::log1p(above / dimensions), 0.5 / (a + root)};
}

LogMean log_mean_of_fleeing(double dimensions, double u) {
  if (!(u > 0)) return {0, 0.5};
  const double y = std::sqrt(u), root = std::sqrt(dimensions);
  const double gap = y * (root + 1 / root);
  const double rest = std::exp(-gap);
  return {y / root - std::log1p(1 / dimensions) + std::log1p(rest / dimensions),
          -std::expm1(-gap) * root / (2 * y * (dimensions + rest))};
}

LogMean log_mean_across_classes(double dimensions, double inverse_instances, double u) {
  const LogMean even = log_mean_on_sphere(dimensions, dimensions * u);
  const double share = dimensions * inverse_instances / (dimensions * inverse_instances + 1);
  if (!(share > 0)) return {even.value, dimensions * even.slope};
  const LogMean fleeing = log_mean_of_fleeing(dimensions, u);
  return {share * fleeing.value + (1 - share) * even.value,
          share * fleeing.slope + (1 - share) * dimensions * even.slope};
}

}  // namespace ssem::advisor
