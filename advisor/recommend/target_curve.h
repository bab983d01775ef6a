// All pairs (loss weight, temperature) whose predicted within-class variance is the target (theory.md, sections 1 and
// 5): by SSEM's closed form, or by estimator E1 where the dimension is one in which E1 is what holds.
#pragma once

#include <vector>

#include "advisor/dimension/dimension_regime.h"
#include "advisor/evaluation.h"

namespace ssem::advisor {

// Of the variance to the loss weight; above it a rounding of the loss weight would decide the variance.
inline constexpr double kMostSensitivity = 2;

struct CurvePoint {
  LossWeight loss_weight;
  double temperature = 0;
};

class TargetCurve {
 public:
  // `target` > 0. The model and boundary must outlive the curve.
  TargetCurve(const SsemModel& model, const DimensionBoundary& boundary, double target);
  TargetCurve(const SsemModel&&, const DimensionBoundary&, double) = delete;
  TargetCurve(const SsemModel&, const DimensionBoundary&&, double) = delete;

  // one_minus < 0: no loss weight reaches the target at this temperature.
  CurvePoint at(double temperature) const;

  // The point with the smallest loss weight. log(1 - loss_weight) is concave in 1/temperature, so there is one; there
  // the variance does not change with temperature to first order. E1's lies near it and is looked for there. Where
  // saturates(), it is the point where the variance depends least on the loss weight, among those that keep the
  // required margins if any does. About 50 evaluations.
  CurvePoint flattest() const;

  // The decoupled loss with two views: at low temperature its loss weight tends to 1/2 whatever the target.
  bool saturates() const;

  // Distance to collapse. `quick` replaces numerical boundaries by their closed-form estimate.
  Margin margin(const CurvePoint& point, bool quick) const;

  // The point at the highest temperature <= start's whose margins are at least these; start itself if none is.
  CurvePoint with_margins(const CurvePoint& start, double loss_weight_logit, double log_temperature) const;

  // d w / d logit(loss_weight) at a point of the curve.
  double within_per_logit(const CurvePoint& point) const;

  // The temperatures, ascending, at which this loss weight has the target: none, one or two (the decoupled loss: or
  // three).
  std::vector<double> temperatures(double loss_weight, const CurvePoint& flattest) const;

  // Below this temperature 1 - loss_weight leaves the range of double.
  double lowest_temperature() const { return lowest_; }
  double target() const { return target_; }
  bool estimated() const { return estimated_; }  // by E1, not in closed form

 private:
  CurvePoint smallest_loss_weight(double low, double high, double tolerance) const;
  double variance_by_estimate(double loss_weight, double temperature) const;
  bool lies_below(double loss_weight, double temperature) const;

  const SsemModel& model_;
  const DimensionBoundary& boundary_;
  double target_;
  bool estimated_;
  double lowest_;
};

}  // namespace ssem::advisor
