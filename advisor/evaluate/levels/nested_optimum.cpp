#include "advisor/evaluate/levels/nested_optimum.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace ssem::advisor {
namespace {

constexpr double kFirstBarrier = 0.1;
constexpr double kLastBarrier = 1e-16;
constexpr double kLeastBarrier = 1e-250;  // at low temperatures slopes are that small
constexpr double kBarrierStep = 0.2;
constexpr double kSmallBarrierShare = 1e-9;  // of the loss in the curvature: then the barrier moves nothing
constexpr int kMostNewtonSteps = 60;         // at one barrier
constexpr double kNewtonDecrement = 1e-9;    // squared, in units of the barrier
constexpr double kNearestToWall = 0.99;
constexpr int kMostHalvings = 40;
constexpr double kSlopeRounding = 1e-13;
constexpr double kSameLoss = 1e-13;

// The tiers left out stay at 0; the last one is what the others leave of 1 where it takes the rest.
class BarrieredLoss {
 public:
  BarrieredLoss(const NestedLoss& loss, std::optional<std::size_t> left_out) : loss_(loss) {
    for (std::size_t tier = 0; tier < loss.tiers() - (loss.last_takes_the_rest() ? 1 : 0); ++tier) {
      if (tier != left_out) tiers_.push_back(tier);
    }
    free_ = static_cast<Eigen::Index>(tiers_.size());
  }

  Eigen::VectorXd start() const { return Eigen::VectorXd::Constant(free_, 1 / (static_cast<double>(free_) + 1)); }
  TierValues variances(const Eigen::VectorXd& at) const {
    TierValues result{};
    for (Eigen::Index i = 0; i < free_; ++i) result[tier(i)] = at(i);
    if (loss_.last_takes_the_rest()) result[loss_.tiers() - 1] = 1 - at.sum();
    return result;
  }
  struct Point {
    Eigen::VectorXd gradient;
    Eigen::MatrixXd curvature;
    Eigen::VectorXd loss_curvature;  // the diagonal, without the barrier
  };
  Point point(const Eigen::VectorXd& at, double barrier) const {
    const NestedLoss::Slopes slopes = loss_.slopes(variances(at));
    const bool rest_matters = loss_.last_takes_the_rest();
    const std::size_t last = loss_.tiers() - 1;
    const double rest = 1 - at.sum();
    Point result{Eigen::VectorXd(free_), Eigen::MatrixXd(free_, free_), Eigen::VectorXd(free_)};
    for (Eigen::Index i = 0; i < free_; ++i) {
      const std::size_t k = tier(i);
      result.gradient(i) =
          slopes.gradient[k] - (rest_matters ? slopes.gradient[last] : 0) - barrier / at(i) + barrier / rest;
      for (Eigen::Index j = 0; j < free_; ++j) {
        const std::size_t l = tier(j);
        double curvature = slopes.curvature[k][l];
        if (rest_matters) {
          curvature += slopes.curvature[last][last] - slopes.curvature[k][last] - slopes.curvature[last][l];
        }
        if (i == j) result.loss_curvature(i) = curvature;
        result.curvature(i, j) = curvature + barrier / (rest * rest) + (i == j ? barrier / (at(i) * at(i)) : 0);
      }
    }
    return result;
  }

 private:
  std::size_t tier(Eigen::Index i) const { return tiers_[static_cast<std::size_t>(i)]; }

  const NestedLoss& loss_;
  std::vector<std::size_t> tiers_;
  Eigen::Index free_;
};

// One Newton step; false where there is nothing left to gain.
bool newton_step(const BarrieredLoss& loss, double barrier, Eigen::VectorXd& at) {
  const BarrieredLoss::Point here = loss.point(at, barrier);
  // In units of each variable's distance to its wall the matrix is well conditioned.
  const Eigen::MatrixXd scaled = at.asDiagonal() * here.curvature * at.asDiagonal();
  const Eigen::VectorXd step = -at.cwiseProduct(scaled.ldlt().solve(at.cwiseProduct(here.gradient)));
  const double decrease = -here.gradient.dot(step);
  if (!(decrease > kNewtonDecrement * barrier)) return false;
  double length = 1;
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    if (step(i) < 0) length = std::min(length, -kNearestToWall * at(i) / step(i));
  }
  const double rest = 1 - at.sum();
  if (const double change = step.sum(); change > 0) length = std::min(length, kNearestToWall * rest / change);
  // Convex along the step: where the slope has become smaller the value has too, to the last digit.
  for (int halving = 0; halving < kMostHalvings; ++halving, length /= 2) {
    const Eigen::VectorXd next = at + length * step;
    if (!(next.minCoeff() > 0) || !(next.sum() < 1)) continue;
    if (std::abs(loss.point(next, barrier).gradient.dot(step)) < decrease) {
      at = next;
      return true;
    }
  }
  return false;
}

// Every variance is either on its wall or ruled by the loss.
bool barrier_is_small(const BarrieredLoss& loss, const Eigen::VectorXd& at, double barrier) {
  if (barrier > kLastBarrier) return false;
  const Eigen::VectorXd curvature = loss.point(at, barrier).loss_curvature;
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    const double square = at(i) * at(i);
    if (square > barrier && barrier > kSmallBarrierShare * curvature(i) * square) return false;
  }
  return true;
}

NestedOptimum optimum_without(const NestedLoss& loss, std::optional<std::size_t> left_out) {
  const BarrieredLoss barriered(loss, left_out);
  Eigen::VectorXd at = barriered.start();
  NestedOptimum result;
  double barrier = kFirstBarrier;
  while (true) {
    int steps = 0;
    while (steps < kMostNewtonSteps && newton_step(barriered, barrier, at)) ++steps;
    result.converged = steps < kMostNewtonSteps;
    if (barrier < kLeastBarrier || barrier_is_small(barriered, at, barrier)) break;
    barrier *= kBarrierStep;
  }
  // On its wall a variance is barrier / slope, elsewhere it is far above the barrier's root.
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    if (at(i) * at(i) <= barrier) at(i) = 0;
  }
  result.variances = barriered.variances(at);
  result.loss_value = loss.at(result.variances);
  return result;
}

// Whether a variance that was left out would lower the loss by more than rounding.
bool would_gain(const NestedLoss& loss, const TierValues& variances, std::size_t tier) {
  const TierValues gradient = loss.slopes(variances).gradient;
  const auto largest = std::max_element(variances.begin(), variances.end()) - variances.begin();
  return gradient[static_cast<std::size_t>(largest)] - gradient[tier] > kSlopeRounding / loss.temperature();
}

}  // namespace

NestedOptimum nested_optimum(const NestedLoss& loss) {
  constexpr std::size_t kViews = 0;
  constexpr std::size_t kImages = 1;
  NestedOptimum together = optimum_without(loss, kViews);
  if (!would_gain(loss, together.variances, kViews)) return together;
  // Where views part images mostly do not; at low temperature only rounding would say so.
  const NestedOptimum one_image = optimum_without(loss, kImages);
  const NestedOptimum apart =
      would_gain(loss, one_image.variances, kImages) ? optimum_without(loss, std::nullopt) : one_image;
  together.targets_met = together.loss_value <= apart.loss_value + kSameLoss;
  return together.targets_met || apart.variances[kViews] == 0 ? together : apart;
}

}  // namespace ssem::advisor
