#include "advisor/dimension/variance_estimate.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/similarity_moments.h"
#include "advisor/numeric/bracketed_root.h"

namespace ssem::advisor {
namespace {

constexpr double kTolerance = 1e-11;
constexpr double kLeastVariance = 1e-14;

// Where the search looks. Measured on 12,000 random problems: 1.005 to 1.5, 0.5 to 0.9, 1 to 16, 0.05 and 0.01 to 0.2
// instead change no answer by 3e-11, and take up to 23 % more evaluations.
constexpr double kAboveNeighbour = 1.02;
constexpr double kBelowThat = 0.96;
constexpr double kFirstReach = 4;  // without a neighbour, in temperatures
// The walk to the first minimum below w = 1: it begins low, doubles, and then takes even steps.
constexpr double kWalkStart = 0.25;  // in temperatures
constexpr double kWalkStep = 0.04;

// The loss and its slopes at one (w, e).
struct LossPoint {
  double value = 0;
  double by_variance = 0;
  double by_share = 0;
};

// coefficient * log(own + same * E + other * X)
struct Bracket {
  double coefficient, own, same, other;
};

class SpreadLoss {
 public:
  explicit SpreadLoss(const VarianceEstimateInput& input)
      : input_(input),
        inverse_instances_(std::min(0.5, 1 / input.geometry_instances)),
        model_(input.classes, inverse_instances_, input.dimension) {
    const double attraction = 1 - input.loss_weight;
    double supervised = 0;
    for (const BatchTerm& term : input.terms) supervised += term.weight * term.supervised;
    slope_ = attraction * supervised / ((1 - inverse_instances_) * input.temperature);
  }

  const SimilarityMoments& model() const { return model_; }
  double slope_scale() const { return slope_ + 1 / input_.temperature; }

  LossPoint at(double w, double e) const { return sum<true>(w, similarities(w, e)); }
  // The same without the value: no logarithms.
  LossPoint slopes_at(double w, double e) const { return sum<false>(w, similarities(w, e)); }

 private:
  // E = same * e^offset and X = other * e^offset, with the slopes of their logarithms; excess = U(2Y)/U(Y)^2 - 1.
  struct Similarities {
    double same, other, offset, scale, same_alone;
    double same_by_variance, same_by_share, other_by_variance, other_by_share;
    double excess, excess_by_variance, excess_by_share;
  };

  Similarities similarities(double w, double e) const {
    const double tau = input_.temperature;
    const double y = w / tau;
    const SameClassSpread spread(inverse_instances_, model_.inverse_dimensions(e));
    const double spread_slope = model_.inverse_dimensions_slope(e);
    Similarities s;
    // Both nodes relative to the top one, whose factor is e^lead.
    const double lead = -y * (1 - spread.top_node);
    const double bottom = spread.bottom_weight > 0 ? std::exp(-y * (spread.top_node - spread.bottom_node)) : 0;
    const double mean = spread.top_weight + spread.bottom_weight * bottom;
    const double square = spread.top_weight + spread.bottom_weight * bottom * bottom;
    const double top_rate = -(1 - spread.top_node) / tau;
    const double bottom_rate = -(1 - spread.bottom_node) / tau;
    const double weight_slope = spread.top_weight_slope * spread_slope;
    const double top_shift = y * spread.top_node_slope * spread_slope;
    const double bottom_shift = y * spread.bottom_node_slope * spread_slope;
    const double top = spread.top_weight, low = spread.bottom_weight * bottom;
    const double mean_w = top * top_rate + low * bottom_rate;
    const double mean_e = weight_slope * (1 - bottom) + top * top_shift + low * bottom_shift;
    s.same_by_variance = mean_w / mean;
    s.same_by_share = mean_e / mean;
    s.excess = square / (mean * mean) - 1;
    const double square_w = 2 * (top * top_rate + low * bottom * bottom_rate);
    const double square_e = weight_slope * (1 - bottom * bottom) + 2 * (top * top_shift + low * bottom * bottom_shift);
    s.excess_by_variance = (square_w / square - 2 * s.same_by_variance) * (1 + s.excess);
    s.excess_by_share = (square_e / square - 2 * s.same_by_share) * (1 + s.excess);

    const double quadratic = model_.quadratic(e), linear = model_.linear(e), step = 1 / (input_.classes - 1);
    const double half = 0.5 / (tau * tau);
    const double cross = -(1 + (1 - w) * step) / tau + half * w * (w * quadratic + (1 - w) * linear);
    s.other_by_variance = step / tau + half * (2 * w * quadratic + (1 - 2 * w) * linear);
    s.other_by_share = half * w * (w * model_.quadratic_slope(e) + (1 - w) * model_.linear_slope());
    s.offset = std::max(lead, cross);
    s.same = mean * std::exp(lead - s.offset);
    s.other = std::exp(cross - s.offset);
    s.scale = std::exp(-std::abs(s.offset));
    s.same_alone = s.offset > 0 ? mean * std::exp(lead) : s.same * s.scale;
    return s;
  }

  template <bool kWithValue>
  LossPoint sum(double w, const Similarities& s) const {
    const double a = input_.loss_weight, p = input_.views;
    const double kappa = own_image_share(input_.convention, p);
    LossPoint total{slope_ * w, slope_, 0};
    for (const BatchTerm& term : input_.terms) {
      const double supervised = term.weight * (1 - a) * term.supervised;
      const double both = supervised + term.weight * a;
      if (both == 0) continue;
      const Bracket bracket{both, p * kappa, p * term.partners, p * term.others};
      const Parts mean = parts<kWithValue>(s, bracket);
      if (input_.convention != Convention::dcl) {
        add(total, s, both, mean);
      } else {
        const Bracket self{term.weight * a, bracket.own - 1, bracket.same, bracket.other};
        if (a > 0 && (self.own > 0 || self.same > 0 || self.other > 0)) {
          add(total, s, self.coefficient, parts<kWithValue>(s, self));
        }
        if (term.partners > 0) {
          add(total, s, supervised, parts<kWithValue>(s, {supervised, bracket.own, bracket.same - 1, bracket.other}));
        }
      }
      correct<kWithValue>(total, s, both, term.partners, mean);
    }
    return total;
  }

  // log of the bracket and its shares of E and X, whatever the magnitudes.
  struct Parts {
    double log, same_share, other_share;
  };
  template <bool kWithValue>
  static Parts parts(const Similarities& s, const Bracket& bracket) {
    if (bracket.other == 0 && bracket.own > 0) {
      const double same = bracket.same * s.same_alone;
      const double total = bracket.own + same;
      return {kWithValue ? std::log(total) : 0, same / total, 0};
    }
    const bool plain = s.offset <= 0 && bracket.own > 0;
    const double scale = plain ? s.scale : 1;
    const double own = plain ? bracket.own : bracket.own > 0 ? bracket.own * s.scale : 0;
    const double same = bracket.same * s.same * scale;
    const double other = bracket.other * s.other * scale;
    const double total = own + same + other;
    return {kWithValue ? std::log(total) + (plain ? 0 : s.offset) : 0, same / total, other / total};
  }

  static void add(LossPoint& total, const Similarities& s, double coefficient, const Parts& p) {
    total.value += coefficient * p.log;
    total.by_variance += coefficient * (p.same_share * s.same_by_variance + p.other_share * s.other_by_variance);
    total.by_share += coefficient * (p.same_share * s.same_by_share + p.other_share * s.other_by_share);
  }

  // The mean of a logarithm lies below the logarithm of the mean: partners are a sample of the M images.
  template <bool kWithValue>
  void correct(LossPoint& total, const Similarities& s, double coefficient, double partners, const Parts& p) const {
    const double sampling = (1 - (partners + 1) * inverse_instances_) / (1 - inverse_instances_);
    if (partners <= 0 || sampling <= 1e-15 || s.excess <= 0) return;
    const double factor = p.same_share * p.same_share * sampling / partners;
    const double by_same = 2 * (1 - p.same_share), by_other = 2 * p.other_share;
    const double half = 0.5 * coefficient;
    const double bend = factor * s.excess;
    const double rate_w = by_same * s.same_by_variance - by_other * s.other_by_variance;
    const double rate_e = by_same * s.same_by_share - by_other * s.other_by_share;
    const double weight = half / (1 + bend);
    if constexpr (kWithValue) total.value -= half * std::log1p(bend);
    total.by_variance -= weight * (bend * rate_w + factor * s.excess_by_variance);
    total.by_share -= weight * (bend * rate_e + factor * s.excess_by_share);
  }

  const VarianceEstimateInput& input_;
  double inverse_instances_;
  SimilarityMoments model_;
  double slope_;
};

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

 private:
  static constexpr int kProbes = 12;

  LossPoint point(double w, double e) {
    ++iterations_;
    return loss_.slopes_at(w, e);
  }

  template <class Slope>
  double root(const Slope& slope, double low, double at_low, double high, double at_high) {
    const BracketedRoot found = bracketed_root(slope, low, at_low, high, at_high, kTolerance, kLeastVariance);
    converged_ = converged_ && found.converged;
    return found.at;
  }

  // Slope of the best loss along e. Where the minimum that e = 0 starts from has ended, at w = 0 or w = 1, the search
  // turns back.
  double share_slope(double e) {
    const double w = best_variance(e);
    return w > 0 && (w < 1 || e == 0) ? point(w, e).by_share : 1;
  }

  // The loss falls towards w = 1: the first minimum below, or 1.
  double inner_minimum(double e, double at_zero) {
    const auto slope = [&](double w) { return point(w, e).by_variance; };
    double low = 0, at_low = at_zero;
    for (double high = std::min(0.5, kWalkStart * temperature_); high < 1;
         high = std::min(2 * high, high + kWalkStep)) {
      const double at_high = slope(high);
      if (at_high > 0) {
        return root(slope, low, at_low, high, at_high);
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
  if (one_image || no_room || !estimate.converged || input.convention == Convention::supcon_in) return estimate;
  Search search(loss, input.start_within_class_variance.value_or(0), input.temperature);
  const double share = search.best_share();
  const double w = search.best_variance(share);
  estimate.within_class_variance = w;
  estimate.in_span = share * w;
  estimate.orthogonal = w - estimate.in_span;
  estimate.loss_value = loss.at(w, share).value;
  estimate.iterations = search.iterations();
  estimate.converged = search.converged();
  return estimate;
}

}  // namespace ssem::advisor
