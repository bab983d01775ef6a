#include "trainer/embeddings/settled_descent.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/numeric/number_text.h"
#include "trainer/embeddings/free_vectors.h"
#include "trainer/rest/rest_rule.h"

namespace ssem::trainer {
namespace {

constexpr int kMostPushes = 6;
// Two descents stop at two sides of the same place: each within the tolerance of it.
constexpr double kSamePlace = 2;

}  // namespace

SettledDescent::SettledDescent(std::int64_t columns, LossAndGradient evaluate, Judged judged, SettleRules rules,
                               SettleObserver observe)
    : columns_(columns),
      evaluate_(std::move(evaluate)),
      judged_(std::move(judged)),
      rules_(rules),
      observe_(std::move(observe)) {}

Settled SettledDescent::descend(std::vector<double>& point, std::int64_t iterations) const {
  DescentOptions options = rules_.descent;
  options.max_iterations = iterations;
  RestRule rule(rules_.tolerance);
  Settled settled;
  const auto after_step = [&](const DescentState& state) {
    settled.iterations = state.iteration;
    settled.judged = judged_(point);
    rule.add(state.loss, settled.judged);
    return observe_(state, settled.judged, rule.moved()) && !rule.at_rest();
  };
  const DescentOutcome outcome = descend_on_spheres(point, columns_, evaluate_, options, after_step);
  settled.loss = outcome.last.loss;
  settled.gradient_norm = outcome.last.gradient_norm;
  if (settled.iterations == 0) settled.judged = judged_(point);
  settled.at_rest = outcome.converged || rule.at_rest();
  settled.why = rule.at_rest() ? rule.why() : outcome.why;
  return settled;
}

Settled SettledDescent::prove(std::vector<double>& point, const Settled& here, std::int64_t iterations) const {
  Settled lowest = here;
  for (int pushes = 1; pushes <= kMostPushes; ++pushes) {
    std::vector<double> moved = point;
    turn_at_random(moved, columns_, kPush, rules_.seed + static_cast<std::uint64_t>(pushes));
    const Settled there = descend(moved, iterations - (lowest.iterations - here.iterations));
    const std::int64_t taken = lowest.iterations + there.iterations;
    const double fall = lowest.loss - there.loss, level = RestRule::kLossFall * std::max(1.0, std::abs(lowest.loss));
    const double apart = std::abs(there.judged - lowest.judged);
    const bool higher = there.at_rest && fall < -level;
    const bool back = there.at_rest && std::abs(fall) <= level && apart <= kSamePlace * rules_.tolerance;
    const std::string why = lowest.why;
    if (fall > 0) {
      lowest = there;
      point = std::move(moved);
    }
    lowest.iterations = taken;
    if (higher || back) {
      lowest.at_rest = true;
      lowest.why = why + "; turned by " + advisor::number_text(kPush, 2) +
                   " radians at random, the vectors came back " +
                   (higher ? "to no lower loss" : "to within " + advisor::number_text(apart, 2));
      return lowest;
    }
    if (!there.at_rest) {
      lowest.at_rest = false;
      lowest.why = there.why;
      return lowest;
    }
  }
  lowest.at_rest = false;
  lowest.why = "turned by " + advisor::number_text(kPush, 2) + " radians at random " + std::to_string(kMostPushes) +
               " times, the vectors came to another place each time";
  return lowest;
}

}  // namespace ssem::trainer
