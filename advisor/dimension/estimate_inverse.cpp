#include "advisor/dimension/estimate_inverse.h"

#include <algorithm>
#include <cmath>

#include "advisor/dimension/spread_loss.h"
#include "advisor/numeric/bracketed_root.h"

namespace ssem::advisor {
namespace {

constexpr double kInverseTolerance = 1e-12;
constexpr double kStep = 1e-4;  // relative, of the differences

VarianceEstimateInput with_loss_weight(VarianceEstimateInput input, double loss_weight) {
  input.loss_weight = loss_weight;
  return input;
}

// The two terms of the loss apart.
class TwoTerms {
 public:
  explicit TwoTerms(const VarianceEstimateInput& input)
      : at_zero_(with_loss_weight(input, 0)),
        at_one_(with_loss_weight(input, 1)),
        supervised_(at_zero_),
        self_supervised_(at_one_) {}
  TwoTerms(const TwoTerms&) = delete;
  TwoTerms& operator=(const TwoTerms&) = delete;

  LossWeight stationary_in_variance(double w, double e) const {
    const double up = supervised_.slopes_at(w, e).by_variance;
    const double down = -self_supervised_.slopes_at(w, e).by_variance;
    // The self-supervised term wants less variance too: nothing holds it apart.
    if (!(down > 0)) return {1, -1};
    return {up / (up + down), down / (up + down)};
  }
  double by_share(double w, double e, const LossWeight& loss_weight) const {
    return loss_weight.one_minus * supervised_.slopes_at(w, e).by_share +
           loss_weight.value * self_supervised_.slopes_at(w, e).by_share;
  }
  LossPoint by_loss_weight(double w, double e) const {
    const LossPoint zero = supervised_.slopes_at(w, e), one = self_supervised_.slopes_at(w, e);
    return {0, one.by_variance - zero.by_variance, one.by_share - zero.by_share};
  }
  const SimilarityMoments& model() const { return supervised_.model(); }

 private:
  VarianceEstimateInput at_zero_, at_one_;
  SpreadLoss supervised_, self_supervised_;
};

}  // namespace

LossWeight loss_weight_of_estimate(VarianceEstimateInput input, double within_class_variance) {
  const TwoTerms terms(input);
  const double w = within_class_variance;
  if (!(terms.model().orthogonal_dimensions() > 0)) return terms.stationary_in_variance(w, 1);
  if (!(terms.model().in_span_dimensions() > 0)) return terms.stationary_in_variance(w, 0);
  const auto slope = [&](double e) { return terms.by_share(w, e, terms.stationary_in_variance(w, e)); };
  const double at_zero = slope(0);
  if (!(at_zero < 0)) return terms.stationary_in_variance(w, 0);
  const double at_one = slope(1);
  if (!(at_one > 0)) return terms.stationary_in_variance(w, 1);
  return terms.stationary_in_variance(
      w, bracketed_root(slope, 0, at_zero, 1, at_one, kInverseTolerance, kInverseTolerance).at);
}

namespace {

// Where nothing pulls nothing moves, however flat the loss is there.
double moved(double pull, double stiffness) { return pull == 0 ? 0 : -pull / stiffness; }

}  // namespace

EstimateSlopes slopes_of_estimate(const VarianceEstimateInput& input, const VarianceEstimate& estimate) {
  const double w = estimate.within_class_variance;
  if (!(w > 0)) return {};
  const double e = estimate.in_span / w;
  const SpreadLoss loss(input);
  const TwoTerms terms(input);
  const double step_w = kStep * std::min(w, 1 - 0.5 * w);
  const LossPoint above = loss.slopes_at(w + step_w, e), below = loss.slopes_at(w - step_w, e);
  const double w_w = (above.by_variance - below.by_variance) / (2 * step_w);
  const auto at_temperature = [&](double factor) {
    VarianceEstimateInput other = input;
    other.temperature *= factor;
    return SpreadLoss(other).slopes_at(w, e);
  };
  const LossPoint hotter = at_temperature(std::exp(kStep)), colder = at_temperature(std::exp(-kStep));
  const LossPoint by_a = terms.by_loss_weight(w, e);
  const double t_w = (hotter.by_variance - colder.by_variance) / (2 * kStep);
  const bool e_moves = e > 0 && e < 1;
  if (!e_moves) return {moved(t_w, w_w), moved(by_a.by_variance, w_w)};
  const double step_e = kStep * std::min(e, 1 - e);
  const LossPoint more = loss.slopes_at(w, e + step_e), less = loss.slopes_at(w, e - step_e);
  const double w_e = (more.by_variance - less.by_variance) / (2 * step_e);
  const double e_e = (more.by_share - less.by_share) / (2 * step_e);
  const double t_e = (hotter.by_share - colder.by_share) / (2 * kStep);
  const double determinant = w_w * e_e - w_e * w_e;
  return {moved(e_e * t_w - w_e * t_e, determinant), moved(e_e * by_a.by_variance - w_e * by_a.by_share, determinant)};
}

}  // namespace ssem::advisor
