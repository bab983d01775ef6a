#include "advisor/evaluate/random_log_sum.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

constexpr double kEuler = 0.57721566490153286;
constexpr double kEdge = 4;          // a Gumbel variable is above -4 but for e^-54
constexpr double kSpread = 6;        // standard deviations that hold a cosine
constexpr double kTop = 14;          // e^-14 is nothing
constexpr double kSmoothStep = 1.4;  // up to this step a sum over the grid is the integral over a Gumbel density
constexpr double kHighestGumbel = 3.3;
constexpr double kLongSeries = 50;  // of k^2 / dimension
constexpr double kThirdOrder = 3e-3;
constexpr double kFourthOrder = 2e-4;
constexpr std::size_t kNodes = 128;
constexpr int kMostPasses = 6;  // two are usual; more where the maximum is squeezed against the pole
constexpr int kAngles = 20;
constexpr double kClose = 4.5;
// In so few dimensions the density of a cosine has poles or edges, which a grid over the cosine does not see; angles
// do.
constexpr double kFewDimensions = 4;
constexpr double kFewClose = 150;
constexpr double kFewAngles = 120;
constexpr double kFewAnglesPerCloseness = 12;
constexpr double kPi = 3.14159265358979324;

// log E e^{t k} of a cosine t: sum_j (k^2/4)^j / (j! (dimension/2)_j), and where that is long Debye's expansion of the
// Bessel function I_{dimension/2-1} that it is.
double log_moment(double k, double dimension) {
  if (dimension == 1) return k + std::log1p(std::expm1(-2 * k) / 2);
  if (k * k > kLongSeries * dimension) {
    const double order = 0.5 * dimension - 1;
    const double root = std::hypot(order, k);
    const double exponent = root + order * std::log(k / (order + root));
    return std::lgamma(order + 1) + order * std::log(2 / k) + exponent - 0.5 * std::log(2 * kPi * root) +
           std::log1p((3 - 5 * order * order / (root * root)) / (24 * root));
  }
  double term = 1;
  double above_one = 0;
  for (int j = 1; j < 1000 && term > 1e-17 * above_one; ++j) {
    term *= 0.25 * k * k / (j * (0.5 * dimension + j - 1));
    above_one += term;
  }
  return std::log1p(above_one);
}

std::optional<double> expansion(double count, double dimension, double temperature, bool with_anchor) {
  const double mean = log_moment(1 / temperature, dimension);
  const double log_second = log_moment(2 / temperature, dimension) - 2 * mean;
  if (log_second > std::max(0.5, std::log(count))) return std::nullopt;
  const double second = std::exp(log_second);
  const double m2 = second - 1;
  const double sum = std::log(count) + mean;
  const double whole = with_anchor ? log_add_exp(sum, 1 / temperature) : sum;
  const double share = std::exp(sum - whole);  // of what varies
  const double s2 = share * share;
  const double quadratic = s2 * m2 / (2 * count);
  // The usual case: what follows is below 1e-4.
  if (m2 < 1 && count > 100) return whole - quadratic;
  const double third = std::exp(log_moment(3 / temperature, dimension) - 3 * mean);
  const double fourth = std::exp(log_moment(4 / temperature, dimension) - 4 * mean);
  const double m3 = third - 3 * second + 2;
  const double m4 = fourth - 4 * third + 6 * second - 3;
  const double cubic = s2 * share * m3 / (3 * count * count);
  const double quartic = s2 * s2 * (m4 / count + 3 * m2 * m2 * (1 - 1 / count)) / (4 * count * count);
  if (!(std::abs(cubic) < kThirdOrder && quartic < kFourthOrder)) return std::nullopt;
  return whole - quadratic + cubic - quartic;
}

struct Grid {
  double bottom = 0;
  double step = 0;
  double at(std::size_t i) const { return bottom + step * static_cast<double>(i); }
};
using Values = std::array<double, kNodes>;

class RandomSum {
 public:
  RandomSum(double count, double dimension, double temperature, bool with_anchor)
      : count_(count), dimension_(dimension), temperature_(temperature), with_anchor_(with_anchor) {}

  double mean_log() const {
    const double edge = 1 / temperature_;
    const double sigma = 1 / (std::sqrt(dimension_) * temperature_);
    const double log_count = std::log(count_);
    // Markov's inequality for E e^{theta max}, theta = 1 and below.
    const double theta = std::min(0.5, std::sqrt(2 * (log_count + kTop)) / sigma);
    double top = std::min(log_count + std::min(0.5 * sigma * sigma, edge) + kTop,
                          (log_count + kTop + 1) / theta + 0.5 * theta * sigma * sigma);
    top = std::min(top, edge + log_count + kTop);
    if (with_anchor_) top = std::max(top, edge + kTop);
    const double bottom = std::max(-edge, -kSpread * sigma) - kEdge;
    Grid here = grid(bottom, top);
    double at_bottom = 1;
    for (int pass = 1;; ++pass) {
      const Values chance = survival(here, at_bottom);
      const Values tail = smoothed(here, chance);
      const Window window = where_it_matters(here, chance, tail);
      const bool fills = window.high - window.from >= kNodes / 3;
      if ((pass > 1 && fills) || pass == kMostPasses) {
        const double value = mean_of_maximum(here, tail) - kEuler;
        return separate_anchor(here) ? log_add_exp(edge, value) : value;
      }
      at_bottom = chance[window.from];
      here = grid(here.at(window.from), here.at(window.high));
    }
  }

 private:
  struct Window {
    std::size_t from = 0;
    std::size_t high = 0;
  };
  // Where the maximum may lie, and below it whatever cosines still count there.
  Window where_it_matters(const Grid& grid, const Values& chance, const Values& tail) const {
    std::size_t low = 0;
    while (low + 2 < kNodes && distribution(grid.at(low + 1), tail[low + 1]) < 1e-9) ++low;
    std::size_t high = low + 1;
    while (high + 1 < kNodes && distribution(grid.at(high), tail[high]) < 1 - 1e-7) ++high;
    // A wide grid does not see how far Gumbel variables reach beyond the last cosine.
    if (grid.step > kSmoothStep) {
      high = std::min(kNodes - 1, high + 1 + static_cast<std::size_t>((std::log(count_) + kTop) / grid.step));
    }
    const double counted = 1e-7 * tail[low] / std::max(1.0, grid.step);
    std::size_t from = 0;
    while (from < low && chance[from] * std::exp(grid.at(from) - grid.at(low)) < counted &&
           grid.at(low) - grid.at(from + 1) > kEdge) {
      ++from;
    }
    return {from, high};
  }

  static Grid grid(double bottom, double top) { return {bottom, (top - bottom) / (kNodes - 1)}; }
  // The anchor's term is too sharp for a wide grid; there it and the sum are far apart.
  bool separate_anchor(const Grid& grid) const { return with_anchor_ && grid.step > 1; }

  // The integral of the density of t/temperature from v to v + step, up to a common factor.
  double cell(double v, double step) const {
    const double low = std::max(-1.0, v * temperature_);
    const double high = std::min(1.0, (v + step) * temperature_);
    if (!(high > low)) return 0;
    if (dimension_ == 2) return std::acos(low) - std::acos(high);
    const double half = 0.5 * (high - low);
    const double middle = 0.5 * (high + low);
    constexpr double kGauss = 0.57735026918962576;
    const auto density = [&](double t) { return std::exp(0.5 * (dimension_ - 3) * std::log1p(-t * t)); };
    return half * (density(middle - kGauss * half) + density(middle + kGauss * half));
  }

  // P(t/temperature > v), given at the bottom.
  Values survival(const Grid& grid, double at_bottom) const {
    Values values{};
    if (dimension_ == 1) {
      for (std::size_t i = 0; i < kNodes; ++i) {
        const double t = grid.at(i) * temperature_;
        values[i] = t < -1 ? 1 : (t < 1 ? 0.5 : 0);
      }
      return values;
    }
    double sum = cell(grid.at(kNodes - 1), 2 / temperature_);
    for (std::size_t i = kNodes; i-- > 0;) {
      if (i + 1 < kNodes) sum += cell(grid.at(i), grid.step);
      values[i] = sum;
    }
    const double scale = sum > 0 ? at_bottom / sum : 0;
    for (double& value : values) value *= scale;
    return values;
  }

  // Few cosines, or so close to each other that the grid sees their ends.
  bool directly() const {
    return dimension_ == 1 || 1 / temperature_ < kClose ||
           (dimension_ <= kFewDimensions && 1 / temperature_ < kFewClose);
  }

  std::size_t angles() const {
    if (dimension_ == 1) return 2;
    if (dimension_ > kFewDimensions) return kAngles;
    return static_cast<std::size_t>(kFewAngles + kFewAnglesPerCloseness / temperature_);
  }

  // The mean over t = cos angle, density sin^{dimension-2} angle, by the midpoint rule.
  Values smoothed_directly(const Grid& grid) const {
    const std::size_t angles = this->angles();
    std::vector<double> power(angles);
    std::vector<double> weight(angles);
    double total = 0;
    for (std::size_t i = 0; i < angles; ++i) {
      const double angle = kPi * (static_cast<double>(i) + 0.5) / static_cast<double>(angles);
      const double cosine = dimension_ == 1 ? (i == 0 ? 1.0 : -1.0) : std::cos(angle);
      power[i] = std::exp((cosine - 1) / temperature_);
      weight[i] = dimension_ == 1 ? 1.0 : std::exp((dimension_ - 2) * std::log(std::sin(angle)));
      total += weight[i];
    }
    Values result{};
    for (std::size_t i = 0; i < kNodes; ++i) {
      const double scale = std::exp(1 / temperature_ - grid.at(i));
      double sum = 0;
      for (std::size_t j = 0; j < angles; ++j) sum -= weight[j] * std::expm1(-power[j] * scale);
      result[i] = std::min(1.0, sum / total);
    }
    return result;
  }

  // P(t/temperature + G > v): the survival at v + x averaged over -x Gumbel, density e^{x - e^x}.
  Values smoothed(const Grid& grid, const Values& survival) const {
    if (directly()) return smoothed_directly(grid);
    Values result{};
    if (grid.step > kSmoothStep) {  // the first two moments of x
      const double first = -kEuler / grid.step;
      const double second = (kEuler * kEuler + 1.6449340668482264) / (grid.step * grid.step);
      for (std::size_t i = 0; i < kNodes; ++i) {
        const double below = survival[i > 0 ? i - 1 : 0];
        const double above = i + 1 < kNodes ? survival[i + 1] : 0;
        const double value =
            (1 - second) * survival[i] + 0.5 * (second + first) * above + 0.5 * (second - first) * below;
        result[i] = std::clamp(value, 0.0, 1.0);
      }
      return result;
    }
    const auto reach = static_cast<std::size_t>(kHighestGumbel / grid.step) + 1;
    Values downwards{};  // weights at x = 0, -step, -2 step, ...
    Values upwards{};
    const auto weight = [&](double x) { return grid.step * std::exp(x - std::exp(x)); };
    for (std::size_t k = 0; k < kNodes; ++k) {
      downwards[k] = weight(-grid.step * static_cast<double>(k));
      if (k > 0 && k <= reach) upwards[k] = weight(grid.step * static_cast<double>(k));
    }
    for (std::size_t i = 0; i < kNodes; ++i) {
      const double beyond = -grid.step * (static_cast<double>(i) + 0.5);  // below the grid
      double sum = -std::expm1(-std::exp(beyond)) * survival[0];
      for (std::size_t k = 0; k <= i; ++k) sum += downwards[k] * survival[i - k];
      for (std::size_t k = 1; k <= reach && i + k < kNodes; ++k) sum += upwards[k] * survival[i + k];
      result[i] = std::min(1.0, sum);
    }
    return result;
  }

  double distribution(double v, double tail) const {
    const double own = with_anchor_ ? std::exp(1 / temperature_ - v) : 0;
    return std::exp(count_ * std::log1p(-tail) - own);
  }

  double mean_of_maximum(const Grid& grid, const Values& tail) const {
    const bool separate = separate_anchor(grid);
    double sum = 0;
    for (std::size_t i = 0; i < kNodes; ++i) {
      const double own = separate || !with_anchor_ ? 0 : std::exp(1 / temperature_ - grid.at(i));
      const double above = -std::expm1(count_ * std::log1p(-tail[i]) - own);
      sum += i == 0 ? 0.5 * above : above;
    }
    return grid.bottom + grid.step * sum;
  }

  double count_;
  double dimension_;
  double temperature_;
  bool with_anchor_;
};

}  // namespace

double mean_log_sum(double count, double dimension, double temperature, bool with_anchor) {
  if (!(count > 0)) return with_anchor ? 1 / temperature : 0;
  if (const auto value = expansion(count, dimension, temperature, with_anchor)) return *value;
  return RandomSum(count, dimension, temperature, with_anchor).mean_log();
}

}  // namespace ssem::advisor
