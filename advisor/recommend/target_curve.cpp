#include "advisor/recommend/target_curve.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/estimate_inverse.h"
#include "advisor/evaluate/point_evaluation.h"
#include "advisor/numeric/bracketed_root.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/log_search.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {
namespace {

constexpr double kLargestExponent = 600;  // e^-600 is still a normal double
constexpr double kPeakTolerance = 1e-7;   // the curve is flat at its peak
constexpr double kCrossingTolerance = 1e-15;
constexpr double kMarginTolerance = 1e-4;
constexpr double kMarginStride = 0.8;
constexpr double kLeastSupervisedWeight = 1e-9;
constexpr double kLowestDecoupled = 1e-3;  // where the decoupled loss is searched for its best temperature
constexpr double kHighestDecoupled = 10;
constexpr int kChoices = 120;
constexpr int kScanSteps = 200;
constexpr double kNearFactor = 4;                // E1's best temperature is looked for this near to SSEM's
constexpr double kEstimatePeakTolerance = 1e-4;  // E1's own accuracy is far below it
constexpr double kSamePoint = 1e-7;
constexpr double kJump = 1e-3;
constexpr double kClosestToOne = 1e-9;
constexpr double kEstimateCrossingTolerance = 1e-9;

bool holds_estimate(const DimensionBoundary& boundary) {
  if (boundary.problem().imbalanced() || !boundary.regime()) return false;
  if (*boundary.problem().dimension < 2 || !(boundary.problem().dataset_instances() > 1)) return false;
  return *boundary.regime() == DimensionRegime::boundary_exact || *boundary.regime() == DimensionRegime::tangent_only;
}

}  // namespace

TargetCurve::TargetCurve(const SsemModel& model, const DimensionBoundary& boundary, double target)
    : model_(model),
      boundary_(boundary),
      target_(target),
      estimated_(holds_estimate(boundary)),
      lowest_(std::max(kLowestTemperature, target / (kLargestExponent * model.batch().dataset_share()))) {}

CurvePoint TargetCurve::at(double temperature) const {
  if (!estimated_) return {model_.loss_weight_for(target_, temperature), temperature};
  VarianceEstimateInput input = estimate_input(boundary_.problem(), model_, 0, temperature);
  const LossWeight stationary = loss_weight_of_estimate(input, target_);
  if (stationary.one_minus > 0) {
    input.loss_weight = stationary.value;
    input.start_within_class_variance = target_;
    const double got = estimate_within_class_variance(input).within_class_variance;
    if (std::abs(got - target_) <= kSamePoint * target_) return {stationary, temperature};
  }
  // None is stationary there, or another minimum is deeper: the loss weight at which the deepest one passes the target.
  const double low = boundary_.loss_weight_threshold(temperature, true).loss_weight.value;
  const double high = 1 - kClosestToOne;
  const auto beyond = [&](double loss_weight) { return variance_by_estimate(loss_weight, temperature) - target_; };
  const double at_high = beyond(high);
  if (!(low < high) || !(at_high > 0)) return {{1, std::min(at_high, -kClosestToOne)}, temperature};
  const double root = bracketed_root(beyond, low, -target_, high, at_high, kCrossingTolerance, kCrossingTolerance).at;
  return {{root, 1 - root}, temperature};
}

double TargetCurve::variance_by_estimate(double loss_weight, double temperature) const {
  VarianceEstimateInput input = estimate_input(boundary_.problem(), model_, loss_weight, temperature);
  input.start_within_class_variance = target_;
  return estimate_within_class_variance(input).within_class_variance;
}

CurvePoint TargetCurve::smallest_loss_weight(double low, double high, double tolerance) const {
  return at(golden_section_argmax(low, high, tolerance,
                                  [&](double temperature) { return at(temperature).loss_weight.one_minus; }));
}

CurvePoint TargetCurve::flattest() const {
  if (!saturates() && estimated_) {
    const double near = golden_section_argmax(lowest_, kHighestTemperature, kPeakTolerance, [&](double temperature) {
      return model_.loss_weight_for(target_, temperature).one_minus;
    });
    return smallest_loss_weight(std::max(lowest_, near / kNearFactor),
                                std::min(kHighestTemperature, near * kNearFactor), kEstimatePeakTolerance);
  }
  if (!saturates()) return smallest_loss_weight(lowest_, kHighestTemperature, kPeakTolerance);
  // The least sensitive of the points that keep the margins, or of all where none does.
  CurvePoint best;
  CurvePoint kept;
  double least = kInfinity;
  double least_kept = kInfinity;
  const double low = std::max(lowest_, kLowestDecoupled);
  const double step = std::pow(kHighestDecoupled / low, 1.0 / kChoices);
  double temperature = low;
  for (int i = 0; i <= kChoices; ++i, temperature *= step) {
    const CurvePoint point = at(temperature);
    if (!(point.loss_weight.one_minus >= kLeastSupervisedWeight)) continue;
    const double sensitivity = within_per_logit(point);
    if (sensitivity < least) {
      least = sensitivity;
      best = point;
    }
    if (sensitivity >= least_kept || sensitivity > kMostSensitivity) continue;
    const Margin m = margin(point, true);
    if (m.loss_weight_logit < kRequiredLossWeightLogitMargin || m.log_temperature < kRequiredLogTemperatureMargin)
      continue;
    least_kept = sensitivity;
    kept = point;
  }
  if (least_kept < kInfinity) return kept;
  return least < kInfinity ? best : at(low);
}

bool TargetCurve::saturates() const { return model_.convention() == Convention::dcl && model_.batch().views() == 2; }

double TargetCurve::within_per_logit(const CurvePoint& point) const {
  if (estimated_) {
    VarianceEstimateInput input =
        estimate_input(boundary_.problem(), model_, point.loss_weight.value, point.temperature);
    input.start_within_class_variance = target_;
    const double slope = slopes_of_estimate(input, estimate_within_class_variance(input)).per_loss_weight;
    return slope * point.loss_weight.value * point.loss_weight.one_minus;
  }
  const double z = target_ / (model_.batch().dataset_share() * point.temperature);
  return model_.within_per_loss_weight(z, point.loss_weight.value, point.temperature) * point.loss_weight.value *
         point.loss_weight.one_minus;
}

Margin TargetCurve::margin(const CurvePoint& point, bool quick) const {
  return margin_to(point.loss_weight.value, point.loss_weight.one_minus,
                   boundary_.loss_weight_threshold(point.temperature, quick).loss_weight, point.temperature,
                   boundary_.temperature_threshold(point.loss_weight.value, quick));
}

CurvePoint TargetCurve::with_margins(const CurvePoint& start, double loss_weight_logit, double log_temperature) const {
  const auto short_of = [&](const CurvePoint& point) {
    if (point.loss_weight.one_minus < kLeastSupervisedWeight) return true;
    const Margin m = margin(point, true);
    return !(m.loss_weight_logit >= loss_weight_logit && m.log_temperature >= log_temperature);
  };
  if (!short_of(start) || start.temperature <= lowest_) return start;
  // Towards lower temperatures the margins grow, until the supervised term has no weight left.
  double low = start.temperature;
  while (low > lowest_ && short_of(at(low))) low = std::max(lowest_, low * kMarginStride);
  if (short_of(at(low))) return start;
  const double edge = bisect_log(low, start.temperature, kMarginTolerance,
                                 [&](double temperature) { return short_of(at(temperature)); });
  return at(edge * (1 - kMarginTolerance));
}

// The curve needs a larger loss weight at this temperature than the given one.
bool TargetCurve::lies_below(double loss_weight, double temperature) const {
  const LossWeight needed = at(temperature).loss_weight;
  return loss_weight < 0.5 ? needed.value > loss_weight : needed.one_minus < 1 - loss_weight;
}

std::vector<double> TargetCurve::temperatures(double loss_weight, const CurvePoint& flattest) const {
  const auto below = [&](double temperature) { return lies_below(loss_weight, temperature); };
  if (estimated_ && !(loss_weight < 1)) return {};  // labels play no part: E1 has no variance of its own
  const double tolerance = estimated_ ? kEstimateCrossingTolerance : kCrossingTolerance;
  std::vector<double> found;
  const auto add_crossing = [&](double low, double high) {
    const bool falling = below(low);
    if (below(high) == falling) return;
    const double crossing =
        bisect_log(low, high, tolerance, [&](double temperature) { return below(temperature) != falling; });
    // Where E1 has a second minimum the curve may jump past the loss weight.
    if (estimated_ && !(std::abs(variance_by_estimate(loss_weight, crossing) - target_) < kJump * target_)) return;
    found.push_back(crossing);
  };
  if (saturates()) {
    const double step = std::pow(kHighestTemperature / lowest_, 1.0 / kScanSteps);
    double low = lowest_;
    for (int i = 0; i < kScanSteps; ++i, low *= step) add_crossing(low, low * step);
    return found;
  }
  if (below(flattest.temperature)) {
    const double gap = std::abs(flattest.loss_weight.value - loss_weight);
    return gap <= 1e-12 * loss_weight ? std::vector<double>{flattest.temperature} : std::vector<double>{};
  }
  if (lowest_ < flattest.temperature) add_crossing(lowest_, flattest.temperature);
  add_crossing(flattest.temperature, kHighestTemperature);
  return found;
}

}  // namespace ssem::advisor
