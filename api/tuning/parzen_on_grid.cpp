#include "api/tuning/parzen_on_grid.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ssem::api::tuning {
namespace {

using studies::Distribution;

constexpr double kMostPoints = 50;
constexpr double kNarrowest = 0.5 / 1.64;  // so that 90 % of a kernel lie in its own cell

// The ends of a numerical parameter, in the logarithm where it has one, and how many points its grid has.
struct Grid {
  double low;
  double high;
  double points;
  bool log;
};

// The largest value that steps from `low` reach.
double reached(double low, double high, double step) { return low + std::floor((high - low) / step + 1e-9) * step; }

Grid grid_of(const Distribution& distribution) {
  double low = 0, high = 0, points = kMostPoints;
  const bool log = studies::is_log(distribution);
  if (const auto* integer = std::get_if<studies::IntDistribution>(&distribution)) {
    const auto step = static_cast<double>(integer->step);
    low = static_cast<double>(integer->low);
    high = reached(low, static_cast<double>(integer->high), step);
    const double own = log ? std::ceil(std::log2(high - low + 1)) + 1 : std::nearbyint((high - low) / step) + 1;
    points = std::min(own, kMostPoints);
  } else {
    const auto& real = std::get<studies::FloatDistribution>(distribution);
    low = real.low;
    high = real.step ? reached(low, real.high, *real.step) : real.high;
    if (real.step) points = std::min(std::nearbyint((high - low) / *real.step) + 1, kMostPoints);
  }
  if (log) return {std::log(low), std::log(high), points, true};
  return {low, high, points, false};
}

std::vector<double> counts_on(const Grid& grid, const std::vector<double>& values) {
  std::vector<double> counts(static_cast<std::size_t>(grid.points), 0.0);
  const double cell = (grid.high - grid.low) / (grid.points - 1);
  for (const double value : values) {
    const double place = std::ceil(((grid.log ? std::log(value) : value) - grid.low) / cell - 0.5);
    // Outside the ends, or no number: at an end.
    ++counts[static_cast<std::size_t>(std::isnan(place) ? 0 : std::clamp(place, 0.0, grid.points - 1))];
  }
  return counts;
}

// Of a standard normal variable between two numbers, without cancellation in the upper tail.
double mass(double low, double high) {
  if (low > 0) return mass(-high, -low);
  return 0.5 * (std::erfc(-high / std::sqrt(2.0)) - std::erfc(-low / std::sqrt(2.0)));
}

// Adds `weight` times a normal kernel, cell by cell and within the grid.
void add_kernel(std::vector<double>& density, double centre, double width, double weight) {
  const auto end = static_cast<double>(density.size());
  const double whole = mass((-0.5 - centre) / width, (end - 0.5 - centre) / width);
  for (std::size_t point = 0; point < density.size(); ++point) {
    const double at = static_cast<double>(point) - centre;
    density[point] += weight * mass((at - 0.5) / width, (at + 0.5) / width) / whole;
  }
}

// Scott's rule, by the narrower of deviation and quartiles.
double width_of(const std::vector<double>& counts, double total) {
  double mean = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) mean += counts[k] * static_cast<double>(k) / total;
  double squares = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) squares += counts[k] * std::pow(static_cast<double>(k) - mean, 2);
  const double deviation = std::sqrt(squares / std::max(1.0, total - 1));
  double passed = 0, last = 0, first_quartile = -1, third_quartile = -1;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) continue;
    passed += counts[k];
    last = static_cast<double>(k);
    if (first_quartile < 0 && passed >= std::floor(total / 4)) first_quartile = last;
    if (third_quartile < 0 && passed > std::floor(total * 3 / 4)) third_quartile = last;
  }
  if (third_quartile < 0) third_quartile = last;
  const double narrower = std::min((third_quartile - first_quartile) / 1.34, deviation);
  return std::max(1.059 * narrower * std::pow(total, -0.2), kNarrowest);
}

std::vector<double> numerical_density(const Grid& grid, const std::vector<double>& values) {
  const std::vector<double> counts = counts_on(grid, values);
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  const double width = width_of(counts, total);
  std::vector<double> density(counts.size(), 0.0);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] > 0) add_kernel(density, static_cast<double>(k), width, counts[k] / (total + 1));
  }
  add_kernel(density, (grid.points - 1) / 2, grid.points, 1 / (total + 1));
  return density;
}

std::vector<double> choice_density(std::size_t choices, const std::vector<double>& values) {
  std::vector<double> counts(choices, 0.0);
  for (const double value : values) {
    ++counts[static_cast<std::size_t>(std::clamp(value, 0.0, static_cast<double>(choices) - 1))];
  }
  const auto total = static_cast<double>(values.size());
  const auto kernels =
      static_cast<double>(choices - static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 0.0)) + 1);
  // A kernel has 1 for its own choice and a share of the prior for every choice.
  const double sum = 1 + static_cast<double>(choices) / kernels;
  std::vector<double> density(choices);
  for (std::size_t k = 0; k < choices; ++k) {
    density[k] = (counts[k] / sum + total / kernels / sum + 1 / static_cast<double>(choices)) / (total + 1);
  }
  return density;
}

}  // namespace

std::vector<double> parzen_on_grid(const Distribution& distribution, const std::vector<double>& internal_values) {
  if (const auto* categorical = std::get_if<studies::CategoricalDistribution>(&distribution)) {
    return choice_density(categorical->choices.size(), internal_values);
  }
  return numerical_density(grid_of(distribution), internal_values);
}

}  // namespace ssem::api::tuning
