#include "advisor/dimension/tight_frame.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/similarity_moments.h"

namespace ssem::advisor {
namespace {

KernelSums of_two_points(double classes, double dimension, double temperature) {
  const SameClassSpread spread(1 / classes, 1 / dimension);
  const double others = classes - 1;
  KernelSums sums;
  for (const auto& [node, weight] :
       {std::pair{spread.top_node, spread.top_weight}, std::pair{spread.bottom_node, spread.bottom_weight}}) {
    const double kernel = others * weight * std::exp((node - 1) / temperature);
    sums.plain += kernel;
    sums.cosine += kernel * node;
    sums.across += kernel * (1 - node * node);
  }
  return sums;
}

// Midpoint rule over the angle; the integrands and their odd derivatives vanish or are even at both ends.
KernelSums of_whole_sphere(double classes, double dimension, double temperature) {
  constexpr int kPoints = 400;
  constexpr double kPi = 3.141592653589793;
  const double reach = std::min(kPi, 0.5 * kPi * std::sqrt(temperature) * (std::sqrt(dimension) + 9));
  double area = 0;
  KernelSums sums;
  for (int i = 0; i < kPoints; ++i) {
    const double fraction = (i + 0.5) / kPoints;
    area += kPi * std::pow(std::sin(kPi * fraction), dimension - 2);
    const double angle = reach * fraction;
    const double half = std::sin(0.5 * angle);
    const double kernel = reach * std::pow(std::sin(angle), dimension - 2) * std::exp(-2 * half * half / temperature);
    sums.plain += kernel;
    sums.cosine += kernel * std::cos(angle);
    sums.across += kernel * std::sin(angle) * std::sin(angle);
  }
  const double scale = classes / area;
  return {sums.plain * scale - 1, sums.cosine * scale - 1, sums.across * scale};
}

}  // namespace

KernelSums tight_frame_sums(double classes, double dimension, double temperature) {
  const KernelSums two = of_two_points(classes, dimension, temperature);
  if (classes <= 0.5 * dimension * (dimension + 3)) return two;
  const KernelSums whole = of_whole_sphere(classes, dimension, temperature);
  return whole.plain > two.plain ? whole : two;
}

}  // namespace ssem::advisor
