#include "advisor/model/balanced_batch.h"

#include <algorithm>
#include <cmath>

#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

constexpr int kMaxNewtonSteps = 60;

double dataset_share_of(double instances) { return std::isinf(instances) ? 1.0 : (instances - 1) / instances; }

}  // namespace

BalancedBatch::BalancedBatch(double classes, double instances, double classes_per_batch, double dataset_instances,
                             double views, double own_image_share)
    : classes_(classes),
      instances_(instances),
      others_((classes_per_batch - 1) * instances),
      dataset_share_(dataset_share_of(dataset_instances)),
      views_(views),
      own_image_share_(own_image_share),
      between_growth_(dataset_share_ / (classes - 1)),
      growth_(1 + between_growth_),
      batch_share_((classes_per_batch - 1) / (classes - 1)) {
  const double unseen = std::isinf(dataset_instances) ? 1.0 : (dataset_instances - instances) / dataset_instances;
  slack_ = (instances - 1) * ((classes - classes_per_batch) / (classes - 1)) - batch_share_ * unseen;
  pull_ = (instances - 1) - slack_;
}

BalancedBatch BalancedBatch::of(const Problem& problem) {
  const auto instances = static_cast<double>(problem.instances_per_class);
  return {static_cast<double>(problem.classes), instances,           static_cast<double>(problem.classes_per_batch),
          problem.dataset_instances(),          problem.views_met(), problem.own_image_share()};
}

LossWeight BalancedBatch::loss_weight_threshold(double temperature) const {
  const double exponent = x(temperature);
  const double q = std::exp(-exponent);
  const double denominator = own_image_share_ + (instances_ - 1) + others_ * q;
  return {(own_image_share_ + (others_ + pull_) * q) / denominator,
          ((instances_ - 1) * -std::expm1(-exponent) + slack_ * q) / denominator};
}

LossWeight BalancedBatch::tangent_loss_weight_threshold(double temperature) const {
  const double exponent = x(temperature);
  const double q = std::exp(-exponent);
  const double denominator = own_image_share_ + (instances_ - 1) + others_ * q;
  // 1 - (1 + x) e^-x cancels for small x: its series is x^2/2 - x^3/3 + x^4/8 - ...
  const double bend = exponent < 1e-2
                          ? exponent * exponent * (0.5 - exponent * (1.0 / 3 - exponent * (0.125 - exponent / 30)))
                          : 1 - (1 + exponent) * q;
  const double one_minus = ((instances_ - 1) * bend + slack_ * (1 - bend)) / denominator;
  return {(own_image_share_ + others_ * q + pull_ * (1 + exponent) * q) / denominator, one_minus};
}

double BalancedBatch::temperature_threshold(double loss_weight) const {
  const double one_minus = 1 - loss_weight;
  // The sign of a (n-1) - (1-a) kappa must be exact: with kappa = 1 or (p-1)/p one fused operation gives it.
  const bool included = own_image_share_ == 1.0;
  const double numerator = included ? std::fma(loss_weight, instances_, -1.0)
                                    : std::fma(loss_weight, instances_ * views_ - 1, -(views_ - 1)) / views_;
  if (numerator <= 0) return 0;
  const double denominator = repulsion(one_minus);
  if (denominator <= 0) return kInfinity;
  const double one_minus_q = (one_minus * (own_image_share_ + instances_ - 1 + others_) - slack_) / denominator;
  if (one_minus_q <= 0) return kInfinity;
  const double minus_log_q = one_minus_q < 0.5 ? -std::log1p(-one_minus_q) : -std::log(numerator / denominator);
  return classes_ / ((classes_ - 1) * minus_log_q);
}

double BalancedBatch::view_split_loss_weight(double temperature) const {
  const double q = std::exp(-x(temperature));
  const double same = instances_ * views_;
  const double other = others_ * views_;
  return (views_ - 1) * (1 - same * batch_share_ * q - other * q) / (same - 1 + other * q);
}

double BalancedBatch::optimum(double loss_weight, double temperature) const {
  const double one_minus = 1 - loss_weight;
  const double excess = above_threshold(loss_weight, loss_weight_threshold(temperature));
  if (!(excess > 0) || !(instances_ > 1)) return 0;
  const double exponent = x(temperature);
  const double z_max = dataset_share_ > 0 ? 1 / (dataset_share_ * temperature) : kInfinity;  // w <= 1
  const double log_pull = std::log(loss_weight * (instances_ - 1));
  const double log_c = std::log(repulsion(one_minus));
  if (one_minus == 0) {
    const double shift = std::log1p(slack_ / pull_);
    return std::clamp((exponent + shift) / growth_, 0.0, z_max);
  }
  const double log_own = std::log(one_minus * own_image_share_);
  double z = std::min(log_pull - log_own, (log_pull - log_c + exponent) / growth_);
  if (z < 0.5) {
    // a (n-1) - (1-a) kappa e^z - C q e^{cz}, written about z = 0, where it is D (a - a*).
    const double q = std::exp(-exponent);
    const double start = (own_image_share_ + (instances_ - 1) + others_ * q) * excess;
    const double own = one_minus * own_image_share_;
    const double other = repulsion(one_minus) * q;
    for (int step = 0; step < kMaxNewtonSteps; ++step) {
      const double value = start - own * std::expm1(z) - other * std::expm1(growth_ * z);
      const double slope = own * std::exp(z) + growth_ * other * std::exp(growth_ * z);
      const double change = value / slope;
      z += change;
      if (std::abs(change) <= 4e-16 * z) break;
    }
  } else if (exponent <= 1) {
    for (int step = 0; step < kMaxNewtonSteps; ++step) {
      const double u = growth_ * z - exponent;
      const double e_u = std::exp(u);
      const double own = one_minus * own_image_share_ * std::exp(z);
      const double other = repulsion(one_minus) * e_u;
      const double value =
          slack_ * e_u - (instances_ - 1) * std::expm1(u) - one_minus * ((instances_ - 1) + others_ * e_u) - own;
      const double change = value / (own + growth_ * other);
      z += change;
      if (std::abs(change) <= 4e-16 * z) break;
    }
  } else {
    for (int step = 0; step < kMaxNewtonSteps; ++step) {
      const double own = log_own + z;
      const double other = log_c - exponent + growth_ * z;
      const double high = std::max(own, other);
      const double ratio = std::exp(std::min(own, other) - high);
      const double share = (own >= other ? ratio : 1.0) / (1 + ratio);  // of the term with slope c
      const double change = (log_pull - high - std::log1p(ratio)) / (1 + between_growth_ * share);
      z += change;
      if (std::abs(change) <= 4e-16 * std::max(z, 1.0)) break;
    }
  }
  return std::clamp(z, 0.0, z_max);
}

double BalancedBatch::loss(double z, double loss_weight, double temperature) const {
  const double other = others_ * std::exp(between_growth_ * z - x(temperature));
  const double sum = own_image_share_ + (instances_ - 1) * std::exp(-z) + other;
  return (1 - loss_weight) * z + std::log(views_ * sum);
}

LossWeight BalancedBatch::loss_weight_for(double within_class_variance, double temperature) const {
  const double z = within_class_variance / (dataset_share_ * temperature);
  const double u = growth_ * z - x(temperature);
  const double same = std::exp(-z);
  const double e_u = std::exp(u);
  const double other = same * e_u;
  const double denominator = own_image_share_ + (instances_ - 1) * same + others_ * other;
  return {(own_image_share_ + (others_ + pull_) * other) / denominator,
          same * ((instances_ - 1) * -std::expm1(u) + slack_ * e_u) / denominator};
}

double BalancedBatch::within_per_log_temperature(double z, double loss_weight, double temperature) const {
  const double pull = loss_weight * (instances_ - 1);
  const double other = repulsion(1 - loss_weight) * std::exp(growth_ * z - x(temperature)) / pull;
  return dataset_share_ * (temperature * z - classes_ / (classes_ - 1) * other / (1 + between_growth_ * other));
}

double BalancedBatch::within_per_loss_weight(double z, double loss_weight, double temperature) const {
  const double pull = loss_weight * (instances_ - 1);
  const double e_u = std::exp(growth_ * z - x(temperature));
  const double other = repulsion(1 - loss_weight) * e_u / pull;
  const double own = own_image_share_ * std::exp(z) / pull;
  return dataset_share_ * temperature * (1 / loss_weight + own + others_ * e_u / pull) / (1 + between_growth_ * other);
}

}  // namespace ssem::advisor
