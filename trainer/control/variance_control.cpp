#include "trainer/control/variance_control.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace ssem::trainer {
namespace {

// Near collapse the two variances have nothing to do with each other.
constexpr double kLeastCalibrated = 0.01;
constexpr double kLeastRatio = 0.25;

double logit(double share) {
  const double clamped = std::clamp(share, 1e-12, 1 - 1e-12);
  return std::clamp(std::log(clamped) - std::log1p(-clamped), -kLargestLogit, kLargestLogit);
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

double mean_logit(std::span<const ControlStep> steps) {
  double sum = 0;
  for (const ControlStep& step : steps) sum += logit(step.loss_weight);
  return sum / static_cast<double>(steps.size());
}

double mean_variance(std::span<const ControlStep> steps) {
  double sum = 0, count = 0;
  for (const ControlStep& step : steps) {
    if (!std::isfinite(step.variance)) continue;
    sum += step.ratio * step.variance;
    ++count;
  }
  return sum / count;
}

}  // namespace

double unbiased_within_class_variance(const Geometry& batch) {
  double sum = 0, rows = 0;
  for (const ClassGeometry& one : batch.per_class) {
    if (one.instances < 2) continue;
    // |mu|^2 = 1 - within = (1 - view) / n + (1 - 1/n) s for n instances of mean cosine s; this is 1 - s.
    const auto instances = static_cast<double>(one.instances);
    const double apart = (instances * one.within_class_variance - one.view_variance) / (instances - 1);
    sum += static_cast<double>(one.rows) * apart;
    rows += static_cast<double>(one.rows);
  }
  return rows > 0 ? sum / rows : std::numeric_limits<double>::quiet_NaN();
}

VarianceControl::VarianceControl(double target, double loss_weight, double slope)
    : target_(target),
      slope_(std::max(slope, kLeastSlope)),
      integral_(logit(loss_weight)),
      average_(std::numeric_limits<double>::quiet_NaN()),
      loss_weight_(logistic(integral_)) {}

double VarianceControl::error() const { return std::isfinite(average_) ? target_ - ratio_ * average_ : 0; }

void VarianceControl::choose() {
  const double proportional = std::clamp(kProportion * error() / slope_, -kLargestProportional, kLargestProportional);
  loss_weight_ = logistic(std::clamp(integral_ + proportional, -kLargestLogit, kLargestLogit));
}

void VarianceControl::observe(double variance, double rate_share) {
  const double used = loss_weight_;
  if (std::isfinite(variance)) {
    average_ = std::isfinite(average_) ? (1 - kForgetting) * average_ + kForgetting * variance : variance;
    const double move = std::clamp(error() / (slope_ * kIntegralSteps), -kLargestMove, kLargestMove);
    integral_ = std::clamp(integral_ + rate_share * move, -kLargestLogit, kLargestLogit);
  }
  choose();
  steps_.push_back({static_cast<std::int64_t>(steps_.size()) + 1, used, variance, average_, ratio_, integral_});
}

void VarianceControl::calibrate(double plain_variance) {
  if (!std::isfinite(plain_variance) || !(average_ > kLeastCalibrated)) return;
  const double found = std::clamp(plain_variance / average_, kLeastRatio, 1 / kLeastRatio);
  ratio_ += kRatioForgetting * (found - ratio_);
  if (!steps_.empty()) steps_.back().ratio = ratio_;
  choose();
}

void VarianceControl::resume(std::vector<ControlStep> steps) {
  steps_ = std::move(steps);
  if (steps_.empty()) return;
  integral_ = steps_.back().integral;
  average_ = steps_.back().average;
  ratio_ = steps_.back().ratio;
  choose();
}

bool VarianceControl::is_out_of_reach(double final_logit, double average_variance) const {
  const double missing = target_ - average_variance;
  if (!(std::abs(missing) > kSettledVariance)) return false;
  // At its end, and the target lies beyond.
  if (std::abs(final_logit) >= kLargestLogit - kSettledLogits && missing * final_logit > 0) return true;
  if (static_cast<std::int64_t>(steps_.size()) < kTellingSteps) return false;
  const auto count = static_cast<std::size_t>(kLastShare * static_cast<double>(steps_.size()));
  const auto middle = std::span(steps_).subspan(steps_.size() / 2 - count, count);
  const double moved = final_logit - mean_logit(middle);
  if (moved * missing < kTellingMove * std::abs(missing)) return false;  // too little, or back, to tell
  const double gained = (average_variance - mean_variance(middle)) * (missing > 0 ? 1 : -1);
  return gained * kLargestLogit < std::abs(missing) * std::abs(moved);
}

VarianceControl::Outcome VarianceControl::outcome() const {
  if (steps_.empty()) return {loss_weight_, std::numeric_limits<double>::quiet_NaN(), false};
  const auto count =
      std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(kLastShare * static_cast<double>(steps_.size()))));
  const auto last = std::span(steps_).last(count);
  Outcome found;
  found.final_loss_weight = logistic(mean_logit(last));
  found.average_variance = mean_variance(last);
  if (count < 2) return found;
  const double moved = mean_logit(last.last(count / 2)) - mean_logit(last.first(count - count / 2));
  found.out_of_reach = is_out_of_reach(mean_logit(last), found.average_variance);
  found.settled = std::abs(found.average_variance - target_) <= kSettledVariance && std::abs(moved) <= kSettledLogits;
  return found;
}

}  // namespace ssem::trainer
