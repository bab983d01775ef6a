#include "advisor/dimension/variance_estimate.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/spread_loss.h"
#include "advisor/numeric/bracketed_root.h"

namespace ssem::advisor {
namespace {

constexpr double kEstimateTolerance = 1e-11;
constexpr double kLeastVariance = 1e-14;

// Where the search looks. Measured on 12,000 random problems: 1.005 to 1.5, 0.5 to 0.9, 1 to 16, 0.05 and 0.01 to 0.2
// instead change no answer by 3e-11, and take up to 23 % more evaluations.
constexpr double kAboveNeighbour = 1.02;
constexpr double kBelowThat = 0.96;
constexpr double kFirstReach = 4;  // without a neighbour, in temperatures
// The walk to the first minimum below w = 1: it begins low, doubles, and then takes even steps.
constexpr double kWalkStart = 0.25;  // in temperatures
constexpr double kWalkStep = 0.04;

// From this loss weight on labels hardly play a part, and all variance within the classes may be the deepest minimum.
constexpr double kLabelsFade = 0.9;

// Minimises over w inside and over e outside. Along w the loss is convex but for the gain of correlated classes, which
// can add a second minimum near w = 1; along e a second one can sit at e = 1. Both are looked for where a slope tells.
class Search {
 public:
  Search(const SpreadLoss& loss, double start, double temperature)
      : loss_(loss), variance_(std::clamp(start, 0.0, 1.0)), temperature_(temperature) {}

  int iterations() const { return iterations_; }
  bool converged() const { return converged_; }

  // The variance that is best for one in-span share.
  double best_variance(double e) {
    const auto slope = [&](double w) { return point(w, e).by_variance; };
    const double at_zero = slope(0);
    if (!(at_zero < -1e-15 * loss_.slope_scale())) return variance_ = 0;
    double low = 0, at_low = at_zero;
    double high = std::min(1.0, variance_ > 0 ? kAboveNeighbour * variance_ : kFirstReach * temperature_);
    double at_high = slope(high);
    while (at_high < 0 && high < 1) {
      low = high, at_low = at_high;
      high = std::min(1.0, 2 * high);
      at_high = slope(high);
    }
    if (at_high < 0) return variance_ = inner_minimum(e, at_zero);
    if (low == 0 && variance_ > 0) {
      const double probe = kBelowThat * high;
      const double at_probe = slope(probe);
      (at_probe < 0 ? low : high) = probe;
      (at_probe < 0 ? at_low : at_high) = at_probe;
    }
    return variance_ = root(slope, low, at_low, high, at_high);
  }

  double best_share() {
    if (!(loss_.model().orthogonal_dimensions() > 0)) return 1;
    if (!(loss_.model().in_span_dimensions() > 0)) return 0;
    const auto slope = [&](double e) { return share_slope(e); };
    const double at_zero = slope(0);
    if (!(at_zero < 0)) return 0;
    const double at_one = slope(1);
    if (at_one > 0) return root(slope, 0, at_zero, 1, at_one);
    const double loss_at_one = loss_.at(variance_, 1).value;
    double low = 0, at_low = at_zero;
    for (int step = 1; step < kProbes; ++step) {
      const double high = static_cast<double>(step) / kProbes;
      const double at_high = slope(high);
      if (at_high > 0) {
        const double inner = root(slope, low, at_low, high, at_high);
        return loss_.at(best_variance(inner), inner).value < loss_at_one ? inner : 1;
      }
      low = high, at_low = at_high;
    }
    return 1;
  }

  // The share that is best where all variance lies within the classes.
  double best_share_at_one() {
    if (!(loss_.model().orthogonal_dimensions() > 0)) return 1;
    if (!(loss_.model().in_span_dimensions() > 0)) return 0;
    const auto slope = [&](double e) { return point(1, e).by_share; };
    double best = 0;
    for (int step = 1; step <= kProbes; ++step) {
      const double share = static_cast<double>(step) / kProbes;
      if (loss_.at(1, share).value < loss_.at(1, best).value) best = share;
    }
    const double low = std::max(0.0, best - 1.0 / kProbes), high = std::min(1.0, best + 1.0 / kProbes);
    const double at_low = slope(low), at_high = slope(high);
    return at_low < 0 && at_high > 0 ? root(slope, low, at_low, high, at_high) : best;
  }

 private:
  static constexpr int kProbes = 12;

  LossPoint point(double w, double e) {
    ++iterations_;
    return loss_.slopes_at(w, e);
  }

  template <class Slope>
  double root(const Slope& slope, double low, double at_low, double high, double at_high) {
    const BracketedRoot found = bracketed_root(slope, low, at_low, high, at_high, kEstimateTolerance, kLeastVariance);
    converged_ = converged_ && found.converged;
    return found.at;
  }

  // Slope of the best loss along e. Where the minimum that e = 0 starts from has ended, at w = 0 or w = 1, the search
  // turns back.
  double share_slope(double e) {
    const double w = best_variance(e);
    return w > 0 && (w < 1 || e == 0) ? point(w, e).by_share : 1;
  }

  // The loss falls towards w = 1: the first minimum below, or 1 where that is lower.
  double inner_minimum(double e, double at_zero) {
    const auto slope = [&](double w) { return point(w, e).by_variance; };
    double low = 0, at_low = at_zero;
    for (double high = std::min(0.5, kWalkStart * temperature_); high < 1;
         high = std::min(2 * high, high + kWalkStep)) {
      const double at_high = slope(high);
      if (at_high > 0) {
        const double inner = root(slope, low, at_low, high, at_high);
        return loss_.at(inner, e).value <= loss_.at(1, e).value ? inner : 1;  // 1: labels hardly play a part
      }
      low = high, at_low = at_high;
    }
    return 1;
  }

  const SpreadLoss& loss_;
  double variance_;  // the last optimum, where the next search starts
  double temperature_;
  int iterations_ = 0;
  bool converged_ = true;
};

}  // namespace

VarianceEstimate estimate_within_class_variance(const VarianceEstimateInput& input) {
  const SpreadLoss loss(input);
  VarianceEstimate estimate;
  estimate.loss_value = loss.at(0, loss.model().in_span_dimensions() > 0 ? 1 : 0).value;
  estimate.converged = input.dimension >= input.classes - 1;
  const bool one_image = !(input.geometry_instances > 1);
  const bool no_room = input.dimension < 2;  // two classes on a line
  if (one_image || no_room || !estimate.converged) return estimate;
  Search search(loss, input.start_within_class_variance.value_or(0), input.temperature);
  double share = search.best_share();
  double w = search.best_variance(share);
  if (input.loss_weight > kLabelsFade && w < 1) {
    const double alone = search.best_share_at_one();
    if (loss.at(1, alone).value < loss.at(w, share).value) w = 1, share = alone;
  }
  estimate.within_class_variance = w;
  estimate.in_span = share * w;
  estimate.orthogonal = w - estimate.in_span;
  estimate.loss_value = loss.at(w, share).value;
  estimate.iterations = search.iterations();
  estimate.converged = search.converged();
  return estimate;
}

}  // namespace ssem::advisor
