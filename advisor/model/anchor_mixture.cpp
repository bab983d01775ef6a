#include "advisor/model/anchor_mixture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

constexpr int kMaxRootSteps = 200;
constexpr double kFarLogit = 1e3;
constexpr double kLargestExponent = 600;  // with a million partners still finite
constexpr double kUsualThreshold = 0.3;

}  // namespace

AnchorMixture::AnchorMixture(const Problem& problem, double dataset_share, std::vector<BatchTerm> terms)
    : terms_(std::move(terms)),
      classes_(static_cast<double>(problem.classes)),
      dataset_share_(dataset_share),
      views_(problem.views_met()),
      own_image_share_(problem.own_image_share()),
      between_growth_(dataset_share / (classes_ - 1)),
      decoupled_(problem.convention == Convention::dcl) {
  if (!has_fixed_loss_weight(problem.convention)) return;
  double partners = 0;
  for (const BatchTerm& term : terms_) partners += term.weight * term.partners;
  for (const BatchTerm& term : terms_) plain_weights_.push_back(positives_weight(problem, term.partners, partners));
}

AnchorMixture::Slopes AnchorMixture::slopes(double z, double temperature) const {
  const double log_other = between_growth_ * z - x(temperature);
  const double same = std::exp(-z);
  const double other = std::exp(log_other);
  const double c1 = between_growth_;
  const double c = 1 + c1;
  Slopes sum;
  if (!decoupled_) {
    for (const BatchTerm& term : terms_) {
      const double k = term.partners * same;
      const double o = term.others * other;
      const double scale = 1 / (own_image_share_ + k + o);
      const double slope = (c1 * o - k) * scale;
      const double curvature = (k + c1 * c1 * o) * scale - slope * slope;
      sum.self_supervised += term.weight * slope;
      sum.self_supervised_curvature += term.weight * curvature;
      const double supervised = term.weight * term.supervised;
      sum.supervised += supervised * (own_image_share_ + c * o) * scale;
      sum.supervised_curvature += supervised * curvature;
    }
    return sum;
  }
  // With two views T - 1 holds only a and e, which underflow together: a common factor is taken out.
  const double shift = views_ == 2 ? std::max(-z, log_other) : 0;
  const double same_shifted = std::exp(-z - shift);
  const double other_shifted = std::exp(log_other - shift);
  for (const BatchTerm& term : terms_) {
    {
      const double k = views_ * term.partners * same_shifted;
      const double o = views_ * term.others * other_shifted;
      const double scale = 1 / ((views_ - 2) + k + o);
      const double slope = (c1 * o - k) * scale;
      sum.self_supervised += term.weight * slope;
      sum.self_supervised_curvature += term.weight * ((k + c1 * c1 * o) * scale - slope * slope);
    }
    if (term.partners > 0) {
      const double k = (views_ * term.partners - 1) * same;
      const double o = views_ * term.others * other;
      const double scale = 1 / ((views_ - 1) + k + o);
      const double slope = (c1 * o - k) * scale;
      const double supervised = term.weight * term.supervised;
      sum.supervised += supervised * ((views_ - 1) + c * o) * scale;
      sum.supervised_curvature += supervised * ((k + c1 * c1 * o) * scale - slope * slope);
    }
  }
  return sum;
}

AnchorMixture::Slopes AnchorMixture::first_slopes(double z, double temperature) const {
  if (decoupled_) return slopes(z, temperature);
  const double same = std::exp(-z);
  const double other = std::exp(between_growth_ * z - x(temperature));
  Slopes sum;
  for (const BatchTerm& term : terms_) {
    const double o = term.others * other;
    const double scaled = term.weight / (own_image_share_ + term.partners * same + o);
    sum.self_supervised += (between_growth_ * o - term.partners * same) * scaled;
    sum.supervised += term.supervised * (own_image_share_ + (1 + between_growth_) * o) * scaled;
  }
  return sum;
}

LossWeight AnchorMixture::loss_weight_for(double within_class_variance, double temperature) const {
  const double z = within_class_variance == 0 ? 0 : within_class_variance / (dataset_share_ * temperature);
  const Slopes slope = first_slopes(z, temperature);
  const double difference = slope.supervised - slope.self_supervised;
  if (!(difference > 0)) return {1, 0};  // no partners at all: every loss weight collapses
  return {slope.supervised / difference, -slope.self_supervised / difference};
}

double AnchorMixture::temperature_threshold(double loss_weight) const {
  // The threshold rises with temperature. At loss weight 1 its distance from 1 is looked at, elsewhere the logit.
  const double own = std::min(logit(loss_weight, 1 - loss_weight), kFarLogit);
  const auto excess = [&](double log_temperature) {
    const LossWeight threshold = loss_weight_threshold(std::exp(log_temperature));
    if (loss_weight >= 1) return -threshold.one_minus;
    return std::clamp(logit(threshold.value, threshold.one_minus), -kFarLogit, kFarLogit) - own;
  };
  // Thresholds of practice lie near kUsualThreshold: the bracket grows from there.
  double low = std::log(kUsualThreshold);
  double high = low;
  double at_low = excess(low);
  double at_high = at_low;
  for (double reach = 1; at_low >= 0; reach *= 2) {
    if (low <= std::log(kLowestSearched)) return 0;
    high = low;
    at_high = at_low;
    low = std::max(low - reach, std::log(kLowestSearched));
    at_low = excess(low);
  }
  for (double reach = 1; at_high < 0; reach *= 2) {
    if (high >= std::log(kHighestSearched)) return kInfinity;
    low = high;
    at_low = at_high;
    high = std::min(high + reach, std::log(kHighestSearched));
    at_high = excess(high);
  }
  return std::exp(bracketed_root(excess, low, at_low, high, at_high, 1e-14, 1e-14).at);
}

double AnchorMixture::view_split_loss_weight(double temperature) const {
  // Views of one image apart, images of a class not: own pairs lose p/(p-1), same-class pairs 1, per unit of spread.
  const double other = std::exp(-x(temperature));
  double supervised = 0;
  double repulsion = 0;
  for (const BatchTerm& term : terms_) {
    const double o = term.others * views_ * other;
    const double push = ((term.partners + 1) * views_ - o / (classes_ - 1)) / ((term.partners + 1) * views_ - 1 + o);
    supervised += term.weight * term.supervised * (1 - push);
    repulsion += term.weight * push;
  }
  const double self_supervised = views_ / (views_ - 1) - repulsion;
  return supervised / (supervised - self_supervised);
}

// At loss weight 1 the slope is e^-z times a sum that does not underflow; with u = c z - x its sign is that of
// sum weight ((c-1) o e^u - k) / D, which rises with u.
double AnchorMixture::self_supervised_optimum(double temperature, double z_max) const {
  const double exponent = x(temperature);
  const double c = 1 + between_growth_;
  const auto value = [&](double z) {
    const double e_u = std::exp(std::min(c * z - exponent, kLargestExponent));
    const double same = std::exp(-z);
    double sum = 0;
    for (const BatchTerm& term : terms_) {
      const double others = term.partners + term.others * e_u;
      double scale = own_image_share_ + same * others;
      if (decoupled_) scale = views_ == 2 ? 2 * others : (views_ - 2) + views_ * same * others;
      sum += term.weight * (between_growth_ * term.others * e_u - term.partners) / scale;
    }
    return sum;
  };
  const double at_zero = value(0);
  const double at_most = value(z_max);
  if (at_zero >= 0) return 0;
  if (at_most <= 0) return z_max;
  return bracketed_root(value, 0, at_zero, z_max, at_most, 1e-15, 0).at;
}

double AnchorMixture::optimum(double loss_weight, double temperature) const {
  const double one_minus = 1 - loss_weight;
  if (is_collapsed(loss_weight, loss_weight_threshold(temperature)) || !(dataset_share_ > 0)) return 0;
  double low = 0;
  double high = 1 / (dataset_share_ * temperature);  // w <= 1
  if (one_minus == 0) return self_supervised_optimum(temperature, high);
  const auto value = [&](const Slopes& s) { return one_minus * s.supervised + loss_weight * s.self_supervised; };
  if (value(slopes(high, temperature)) <= 0) return high;
  double z = std::min(0.5 * high, std::max(0.5, logit(loss_weight, one_minus) + 1));
  for (int step = 0; step < kMaxRootSteps; ++step) {
    const Slopes s = slopes(z, temperature);
    const double v = value(s);
    (v < 0 ? low : high) = z;
    const double curvature = one_minus * s.supervised_curvature + loss_weight * s.self_supervised_curvature;
    const double change = v / curvature;
    if (std::abs(change) <= 4e-16 * z || high - low <= 4e-16 * high) return z;
    const double next = z - change;
    z = next > low && next < high ? next : 0.5 * (low + high);
  }
  return z;
}

double AnchorMixture::plain_supcon_loss(double z, double temperature) const {
  const double same = std::exp(-z);
  const double other = std::exp(between_growth_ * z - x(temperature));
  double sum = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const BatchTerm& term = terms_[i];
    if (plain_weights_[i] == 0) continue;
    const double of_partners = term.partners / (term.partners + own_image_share_);
    const double log_sum = std::log(views_ * (own_image_share_ + term.partners * same + term.others * other));
    sum += term.weight * plain_weights_[i] * (of_partners * z + log_sum);
  }
  return sum;
}

double AnchorMixture::loss(double z, double loss_weight, double temperature) const {
  if (!plain_weights_.empty()) return plain_supcon_loss(z, temperature);
  const double log_other = between_growth_ * z - x(temperature);
  const double same = std::exp(-z);
  const double other = std::exp(log_other);
  const double shift = views_ == 2 ? std::max(-z, log_other) : 0;
  double sum = 0;
  for (const BatchTerm& term : terms_) {
    const double supervised = term.partners > 0 ? (1 - loss_weight) * term.supervised : 0;
    if (decoupled_) {
      const double without_own =
          (views_ - 2) + views_ * (term.partners * std::exp(-z - shift) + term.others * std::exp(log_other - shift));
      const double without_pair = (views_ - 1) + (views_ * term.partners - 1) * same + views_ * term.others * other;
      sum += term.weight * loss_weight * (shift + std::log(without_own));
      if (supervised > 0) sum += term.weight * supervised * (z + std::log(without_pair));
    } else {
      const double log_sum = std::log(views_ * (own_image_share_ + term.partners * same + term.others * other));
      sum += term.weight * (supervised * z + (supervised + loss_weight) * log_sum);
    }
  }
  return sum;
}

double AnchorMixture::within_per_log_temperature(double z, double loss_weight, double temperature) const {
  // At loss weight 1 the optimum keeps u = c z - x.
  if (loss_weight >= 1) return dataset_share_ * temperature * (z - x(temperature) / (1 + between_growth_));
  constexpr double kStep = 1e-5;
  const auto value = [&](double t) {
    const Slopes s = slopes(z, t);
    return (1 - loss_weight) * s.supervised + loss_weight * s.self_supervised;
  };
  const double per_log_temperature =
      (value(temperature * std::exp(kStep)) - value(temperature * std::exp(-kStep))) / (2 * kStep);
  const Slopes s = slopes(z, temperature);
  const double curvature = (1 - loss_weight) * s.supervised_curvature + loss_weight * s.self_supervised_curvature;
  return dataset_share_ * temperature * (z - per_log_temperature / curvature);
}

double AnchorMixture::within_per_loss_weight(double z, double loss_weight, double temperature) const {
  const Slopes s = slopes(z, temperature);
  const double curvature = (1 - loss_weight) * s.supervised_curvature + loss_weight * s.self_supervised_curvature;
  return dataset_share_ * temperature * (s.supervised - s.self_supervised) / curvature;
}

}  // namespace ssem::advisor
