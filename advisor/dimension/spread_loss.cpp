#include "advisor/dimension/spread_loss.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/cosine_spread.h"

namespace ssem::advisor {

// E = same * e^offset and X = other * e^offset, with the slopes of their logarithms; excess = U(2Y)/U(Y)^2 - 1.
struct SpreadLoss::Similarities {
  double same, other, offset, scale, same_alone;
  double same_by_variance, same_by_share, other_by_variance, other_by_share;
  double excess, excess_by_variance, excess_by_share;
  double within, log_other;  // w, log X
};

namespace {

// coefficient * log(own + same * E + other * X)
struct Bracket {
  double coefficient, own, same, other;
};

// An anchor's partners, out of M images.
struct Sample {
  double coefficient, partners, inverse_instances;
};

// log of the bracket and its shares of E and X, whatever the magnitudes.
struct Parts {
  double log, same_share, other_share;
};
template <bool kWithValue>
Parts parts(const auto& s, const Bracket& bracket) {
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

void add(LossPoint& total, const auto& s, double coefficient, const Parts& p) {
  total.value += coefficient * p.log;
  total.by_variance += coefficient * (p.same_share * s.same_by_variance + p.other_share * s.other_by_variance);
  total.by_share += coefficient * (p.same_share * s.same_by_share + p.other_share * s.other_by_share);
}

// The mean of a logarithm lies below the logarithm of the mean: partners are a sample of the M images.
template <bool kWithValue>
void correct(LossPoint& total, const auto& s, const Sample& sample, const Parts& p) {
  const double sampling = (1 - (sample.partners + 1) * sample.inverse_instances) / (1 - sample.inverse_instances);
  if (sample.partners <= 0 || sampling <= 1e-15 || s.excess <= 0) return;
  const double factor = p.same_share * p.same_share * sampling / sample.partners;
  const double by_same = 2 * (1 - p.same_share), by_other = 2 * p.other_share;
  const double half = 0.5 * sample.coefficient;
  const double bend = factor * s.excess;
  const double rate_w = by_same * s.same_by_variance - by_other * s.other_by_variance;
  const double rate_e = by_same * s.same_by_share - by_other * s.other_by_share;
  const double weight = half / (1 + bend);
  if constexpr (kWithValue) total.value -= half * std::log1p(bend);
  total.by_variance -= weight * (bend * rate_w + factor * s.excess_by_variance);
  total.by_share -= weight * (bend * rate_e + factor * s.excess_by_share);
}

// supcon_in: less the logarithm of the mean over an anchor's positives.
template <bool kWithValue>
void subtract_positives(LossPoint& total, const auto& s, const Bracket& all, double supervised, const Sample& sample,
                        double views) {
  if (!(sample.partners > 0)) return;
  const Parts mean = parts<kWithValue>(s, {-supervised, all.own, all.same, 0});
  add(total, s, -supervised, mean);
  correct<kWithValue>(total, s, {-supervised, sample.partners, sample.inverse_instances}, mean);
  if constexpr (kWithValue) total.value += supervised * std::log((sample.partners + 1) * views - 1);
}

double sigmoid(double t) { return 1 / (1 + std::exp(std::min(-t, 600.0))); }

// negatives_only: log(1 + e^u) of one pair of an anchor with its negatives, u rising by these rates. `scatter`: the
// similarities of the pairs of this kind differ, which counts to second order.
void add_pairs(LossPoint& total, const auto& s, double coefficient, double u, double by_variance, bool scatter) {
  const double share = sigmoid(u);
  total.value += coefficient * (std::max(u, 0.0) + std::log1p(std::exp(-std::abs(u))));
  total.by_variance += coefficient * share * by_variance;
  total.by_share += coefficient * share * s.other_by_share;
  if (!scatter || s.excess <= 0) return;
  const double bend = 0.5 * coefficient * share * (1 - share);
  total.value += bend * s.excess;
  total.by_variance += bend * ((1 - 2 * share) * by_variance * s.excess + s.excess_by_variance);
  total.by_share += bend * ((1 - 2 * share) * s.other_by_share * s.excess + s.excess_by_share);
}

}  // namespace

SpreadLoss::SpreadLoss(const VarianceEstimateInput& input)
    : input_(input),
      inverse_instances_(std::min(0.5, 1 / input.geometry_instances)),
      model_(input.classes, inverse_instances_, input.dimension) {
  // They draw by the logarithm of their positives, or by one logarithm for each, not by a mean.
  const double attraction = may_be_mixed(input.convention) ? 0 : 1 - input.loss_weight;
  double supervised = 0;
  for (const BatchTerm& term : input.terms) {
    supervised += term.weight * term.supervised;
    mean_partners_ += term.weight * term.partners;
  }
  slope_ = attraction * supervised / ((1 - inverse_instances_) * input.temperature);
}

LossPoint SpreadLoss::at(double w, double e) const { return sum<true>(w, similarities(w, e)); }
LossPoint SpreadLoss::slopes_at(double w, double e) const { return sum<false>(w, similarities(w, e)); }

SpreadLoss::Similarities SpreadLoss::similarities(double w, double e) const {
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

  const double step = 1 / (input_.classes - 1), inverse = 1 / (tau * tau);
  double cross = -(1 + (1 - w) * step) / tau;
  s.other_by_variance = step / tau;
  s.other_by_share = 0;
  const auto spread_between = [&](const LogMean& logarithm, double times, double by_variance, double by_share) {
    cross += times * logarithm.value;
    s.other_by_variance += times * logarithm.slope * by_variance * inverse;
    s.other_by_share += times * logarithm.slope * by_share * inverse;
  };
  const double outside = w * (1 - e), inside = w * e;
  if (const double share = model_.orthogonal_spread(); share > 0) {
    spread_between(log_mean_on_sphere(1 / share, outside * outside * inverse), 1, 2 * outside * (1 - e),
                   -2 * outside * w);
  }
  if (const double share = model_.in_span_spread(); share > 0) {
    spread_between(log_mean_on_sphere(1 / share, inside * inside * inverse), 1, 2 * inside * e, 2 * inside * w);
  }
  if (model_.in_span_dimensions() > 0) {
    const double share = model_.cross_spread();
    spread_between(
        log_mean_across_classes(model_.in_span_dimensions(), inverse_instances_, (1 - w) * inside * share * inverse), 2,
        (1 - 2 * w) * e * share, (1 - w) * w * share);
  }
  s.within = w;
  s.log_other = cross;
  s.offset = std::max(lead, cross);
  s.same = mean * std::exp(lead - s.offset);
  s.other = std::exp(cross - s.offset);
  s.scale = std::exp(-std::abs(s.offset));
  s.same_alone = s.offset > 0 ? mean * std::exp(lead) : s.same * s.scale;
  return s;
}

void SpreadLoss::add_against_negatives(LossPoint& total, const Similarities& s, const BatchTerm& term) const {
  const double p = input_.views;
  const double positives = (term.partners + 1) * p - 1;
  if (!(positives > 0) || !(term.others > 0)) return;
  const double by_pairs = input_.positives_by_pairs ? positives / ((mean_partners_ + 1) * p - 1) : 1;
  const double each = term.weight * (1 - input_.loss_weight) * by_pairs / positives;
  const double u = std::log(p * term.others) + s.log_other;
  const double steep = 1 / ((1 - inverse_instances_) * input_.temperature);
  add_pairs(total, s, each * (p - 1), u, s.other_by_variance, false);
  add_pairs(total, s, each * p * term.partners, u + s.within * steep, s.other_by_variance + steep, true);
}

template <bool kWithValue>
LossPoint SpreadLoss::sum(double w, const Similarities& s) const {
  const double a = input_.loss_weight, p = input_.views;
  const double kappa = own_image_share(input_.convention, p);
  LossPoint total{slope_ * w, slope_, 0};
  for (const BatchTerm& term : input_.terms) {
    const bool inside = input_.convention == Convention::supcon_in;  // every anchor has positives, its own views
    const double supervised = term.weight * (1 - a) * (inside ? 1 : term.supervised);
    if (input_.convention == Convention::negatives_only) add_against_negatives(total, s, term);
    const bool apart = input_.convention == Convention::negatives_only;
    const double both = (apart ? 0 : supervised) + term.weight * a;
    if (both == 0) continue;
    const Bracket bracket{both, p * kappa, p * term.partners, p * term.others};
    const Sample sample{both, term.partners, inverse_instances_};
    const Parts mean = parts<kWithValue>(s, bracket);
    if (input_.convention != Convention::dcl) {
      add(total, s, both, mean);
      if (inside) subtract_positives<kWithValue>(total, s, bracket, supervised, sample, p);
    } else {
      const Bracket self{term.weight * a, bracket.own - 1, bracket.same, bracket.other};
      if (a > 0 && (self.own > 0 || self.same > 0 || self.other > 0)) {
        add(total, s, self.coefficient, parts<kWithValue>(s, self));
      }
      if (term.partners > 0) {
        add(total, s, supervised, parts<kWithValue>(s, {supervised, bracket.own, bracket.same - 1, bracket.other}));
      }
    }
    correct<kWithValue>(total, s, sample, mean);
  }
  return total;
}

}  // namespace ssem::advisor
