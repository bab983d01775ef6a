#include "advisor/recommend/unlabelled/spread_cosines.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/similarity_moments.h"
#include "advisor/evaluate/random_log_sum.h"
#include "advisor/numeric/log_math.h"

namespace ssem::advisor {
namespace {

constexpr double kNegligible = 42;  // of a logarithm: e^-42 of the whole
constexpr double kFewestPoints = 64;
constexpr double kMostPoints = 8192;
constexpr double kLaplaceStep = 0.25;
constexpr double kLaplaceStart = -36;
constexpr double kLowestLogKernel = -600;
constexpr double kLaplaceEnd = 700;  // of a logarithm, where doubles end

// log cosh x without overflow.
double log_cosh(double x) {
  const double size = std::abs(x);
  return size + std::log1p(std::exp(-2 * size)) - std::log(2.0);
}

// Where (d-1) log cosh x - tilt tanh x has risen by kNegligible from its least value, on the right.
double right_end(double d, double tilt) {
  const double u = 2 * tilt / (d - 1 + std::hypot(d - 1, 2 * tilt));
  const double peak = std::atanh(std::min(u, 1 - 1e-12));
  const auto height = [&](double x) { return (d - 1) * log_cosh(x) - tilt * std::tanh(x); };
  double low = peak;
  double high = peak + 2 * kNegligible;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (height(middle) - height(peak) < kNegligible ? low : high) = middle;
  }
  return high;
}

}  // namespace

SpreadCosines::SpreadCosines(double images, double dimension, double temperature)
    : images_(images), dimension_(dimension), temperature_(temperature) {
  if (images <= dimension * (dimension + 3) / 2) {
    const SameClassSpread nodes(1 / images, 1 / dimension);
    cosines_ = {nodes.top_node, nodes.bottom_node};
    weights_ = {nodes.top_weight, nodes.bottom_weight};
    if (nodes.bottom_weight == 0) {
      cosines_.pop_back();
      weights_.pop_back();
    }
    return;
  }
  if (std::isfinite(images)) {
    shift_ = -1 / (images - 1);
    scale_ = std::sqrt((images - dimension) / (images - 1));
  }
  if (dimension == 1) {
    cosines_ = {-1, 1};
    weights_ = {0.5, 0.5};
    return;
  }
  // t = tanh x has density cosh(x)^{1-d}: smooth, and falling exponentially at both ends.
  const double left = -right_end(dimension, 0);
  const double right = right_end(dimension, 2 * scale_ / temperature);
  const double step = std::min(0.35 / std::sqrt(dimension), 0.7 * temperature / scale_);
  const double points = std::clamp(std::ceil((right - left) / step), kFewestPoints, kMostPoints);
  double sum = 0;
  for (double i = 0; i <= points; ++i) {
    const double x = left + (right - left) * i / points;
    cosines_.push_back(std::tanh(x));
    weights_.push_back(std::exp(-(dimension - 1) * log_cosh(x)));
    sum += weights_.back();
  }
  for (double& weight : weights_) weight /= sum;
}

double SpreadCosines::log_mean_exp(double factor) const {
  double highest = factor * cosines_.front();
  for (const double t : cosines_) highest = std::max(highest, factor * t);
  double sum = 0;
  for (std::size_t i = 0; i < cosines_.size(); ++i) sum += weights_[i] * std::exp(factor * cosines_[i] - highest);
  return highest + std::log(sum);
}

double SpreadCosines::log_mean_kernel(double c) const {
  return (shift_ - c) / temperature_ + log_mean_exp(scale_ / temperature_);
}

double SpreadCosines::effective_share() const {
  return std::exp(2 * log_mean_exp(scale_ / temperature_) - log_mean_exp(2 * scale_ / temperature_));
}

// |u - v|^2 = 2 - 2 cosine.
double SpreadCosines::uniformity() const { return 4 * (shift_ - 1) + log_mean_exp(4 * scale_); }

double SpreadCosines::mean_log_sum(double own, double others) const {
  const double log_kernels = std::log(others) + log_mean_kernel();
  const double log_mean = own > 0 ? log_add_exp(std::log(own), log_kernels) : log_kernels;
  if (simplex()) return log_mean;
  const double chance = std::isfinite(images_) ? std::max(0.0, 1 - others / (images_ - 1)) : 1;
  if (chance == 0) return log_mean;
  return log_mean + chance * (independent_log_sum(own, others, log_mean) - log_mean);
}

double SpreadCosines::independent_log_sum(double own, double others, double log_mean) const {
  const bool smooth = cosines_.size() > 2;
  if (own == 0 && smooth) {
    return (shift_ - 1) / temperature_ + advisor::mean_log_sum(others, dimension_, temperature_ / scale_);
  }
  std::vector<double> kernels;  // in units of E X
  kernels.reserve(cosines_.size());
  double lost = 0;  // of two cosines, where only the lower one is met and its kernel is no double
  for (std::size_t i = 0; i < cosines_.size(); ++i) {
    const double log_kernel = (shift_ + scale_ * cosines_[i] - 1) / temperature_ - log_mean;
    if (own == 0 && log_kernel < kLowestLogKernel) {
      lost += std::exp(others * std::log(weights_[i])) * (log_kernel - kLowestLogKernel);
    }
    kernels.push_back(std::exp(own == 0 ? std::max(log_kernel, kLowestLogKernel) : log_kernel));
  }
  const double least = own > 0 ? own * std::exp(-log_mean) : others * *std::min_element(kernels.begin(), kernels.end());
  double integral = 0;
  for (double v = kLaplaceStart; v < kLaplaceEnd; v += kLaplaceStep) {
    const double s = std::exp(v);
    double missing = 0;  // 1 - E e^{-s kernel}
    for (std::size_t i = 0; i < kernels.size(); ++i) missing -= weights_[i] * std::expm1(-s * kernels[i]);
    const double exponent = s * own * std::exp(-log_mean) - others * std::log1p(-std::min(missing, 1.0));
    integral += std::expm1(-s) - std::expm1(-exponent);
    if (s > kNegligible && (exponent > kNegligible || s * least > kNegligible)) break;
  }
  return log_mean + kLaplaceStep * integral + lost;
}

}  // namespace ssem::advisor
