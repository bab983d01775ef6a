#include "trainer/embeddings/sphere_lbfgs.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>

namespace ssem::trainer {
namespace {

using Vector = std::vector<double>;

constexpr double kArmijo = 1e-4;
constexpr double kApproximateArmijo = 0.1;  // Hager and Zhang's delta
constexpr double kCurvature = 0.9;          // their sigma
constexpr double kLeastCurvature = 1e-16;   // of a pair, in units of its squared gradient change
constexpr int kMaxTrials = 30;
constexpr int kStallIterations = 40;

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.0e", value);
  return buffer;
}

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

template <class Change>
void each_row(std::size_t size, std::size_t columns, const Change& change) {
  for (std::size_t begin = 0; begin < size; begin += columns) change(begin, begin + columns);
}

// Takes the radial part of every row away.
void project(Vector& direction, const Vector& point, std::size_t columns) {
  each_row(point.size(), columns, [&](std::size_t begin, std::size_t end) {
    double radial = 0;
    for (std::size_t k = begin; k < end; ++k) radial += direction[k] * point[k];
    for (std::size_t k = begin; k < end; ++k) direction[k] -= radial * point[k];
  });
}

void move_along(Vector& target, const Vector& point, const Vector& direction, double step, std::size_t columns) {
  each_row(point.size(), columns, [&](std::size_t begin, std::size_t end) {
    double square = 0;
    for (std::size_t k = begin; k < end; ++k) {
      target[k] = point[k] + step * direction[k];
      square += target[k] * target[k];
    }
    const double norm = std::sqrt(square);
    for (std::size_t k = begin; k < end; ++k) target[k] /= norm;
  });
}

struct Pair {
  Vector step, change;
  double curvature = 0;  // step . change > 0
};

Vector quasi_newton_direction(const Vector& gradient, const std::deque<Pair>& pairs) {
  Vector direction = gradient;
  Vector shares(pairs.size());
  for (std::size_t p = pairs.size(); p-- > 0;) {
    shares[p] = dot(pairs[p].step, direction) / pairs[p].curvature;
    for (std::size_t k = 0; k < direction.size(); ++k) direction[k] -= shares[p] * pairs[p].change[k];
  }
  if (!pairs.empty()) {
    const double scale = pairs.back().curvature / dot(pairs.back().change, pairs.back().change);
    for (double& value : direction) value *= scale;
  }
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const double share = shares[p] - dot(pairs[p].change, direction) / pairs[p].curvature;
    for (std::size_t k = 0; k < direction.size(); ++k) direction[k] += share * pairs[p].step[k];
  }
  for (double& value : direction) value = -value;
  return direction;
}

}  // namespace

DescentOutcome descend_on_spheres(std::vector<double>& point, std::int64_t columns, const LossAndGradient& evaluate,
                                  const DescentOptions& options, const Observer& observe) {
  const auto width = static_cast<std::size_t>(columns);
  Vector gradient(point.size()), next(point.size()), next_gradient(point.size());
  double loss = evaluate(point.data(), gradient.data());
  project(gradient, point, width);
  std::deque<Pair> pairs;
  DescentOutcome outcome;
  outcome.last = {0, loss, std::sqrt(dot(gradient, gradient))};
  double reference_loss = loss;
  std::int64_t reference_iteration = 0;

  for (std::int64_t iteration = 1; iteration <= options.max_iterations; ++iteration) {
    if (!std::isfinite(loss) || !std::isfinite(outcome.last.gradient_norm)) {
      outcome.why = "the loss or its gradient is not finite";
      return outcome;
    }
    if (outcome.last.gradient_norm <= options.gradient_tolerance) {
      outcome.converged = true;
      outcome.why = "the gradient's norm fell to the tolerance";
      return outcome;
    }
    Vector direction = quasi_newton_direction(gradient, pairs);
    project(direction, point, width);
    double slope = dot(direction, gradient);
    if (!(slope < 0)) {
      pairs.clear();
      direction = gradient;
      for (double& value : direction) value = -value;
      slope = -dot(gradient, gradient);
    }

    // The first step turns every row by about a tenth of a radian on average.
    double step = pairs.empty() ? 0.1 * std::sqrt(static_cast<double>(point.size() / width)) /
                                      std::sqrt(dot(direction, direction))
                                : 1.0;
    bool accepted = false;
    double next_loss = loss;
    for (int trial = 0; trial < kMaxTrials && !accepted; ++trial) {
      move_along(next, point, direction, step, width);
      next_loss = evaluate(next.data(), next_gradient.data());
      project(next_gradient, next, width);
      const double next_slope = dot(next_gradient, direction);
      const bool lower = next_loss <= loss + kArmijo * step * slope;
      const bool level = next_loss <= loss + options.loss_resolution * std::abs(loss) &&
                         next_slope >= kCurvature * slope && next_slope <= (2 * kApproximateArmijo - 1) * slope;
      accepted = lower || level;
      if (accepted) break;
      const double bend = 2 * (next_loss - loss - step * slope);
      const double guess = bend > 0 ? -slope * step * step / bend : 0.5 * step;
      step = std::isfinite(guess) ? std::clamp(guess, 0.1 * step, 0.5 * step) : 0.1 * step;
    }
    if (!accepted) {
      if (pairs.empty()) {
        outcome.converged = outcome.last.gradient_norm <= std::sqrt(options.gradient_tolerance);
        outcome.why = "no step along the gradient lowers the loss any more";
        return outcome;
      }
      pairs.clear();  // once more along the gradient itself
      continue;
    }

    Pair pair{Vector(point.size()), Vector(point.size()), 0};
    for (std::size_t k = 0; k < point.size(); ++k) {
      pair.step[k] = next[k] - point[k];
      pair.change[k] = gradient[k];
    }
    project(pair.step, next, width);
    project(pair.change, next, width);
    for (std::size_t k = 0; k < point.size(); ++k) pair.change[k] = next_gradient[k] - pair.change[k];
    pair.curvature = dot(pair.step, pair.change);
    if (pair.curvature > kLeastCurvature * dot(pair.change, pair.change)) {
      pairs.push_back(std::move(pair));
      if (pairs.size() > static_cast<std::size_t>(options.memory)) pairs.pop_front();
    }
    point.swap(next);
    gradient.swap(next_gradient);
    loss = next_loss;
    outcome.last = {iteration, loss, std::sqrt(dot(gradient, gradient))};
    if (!observe(outcome.last)) {
      outcome.why = "stopped from outside";
      return outcome;
    }
    if (iteration - reference_iteration >= kStallIterations) {
      if (reference_loss - loss <= options.stall * std::abs(loss)) {
        outcome.converged = true;
        outcome.why = "over the last " + std::to_string(kStallIterations) +
                      " iterations the loss fell by no more than " + text(options.stall) + " of itself";
        return outcome;
      }
      reference_loss = loss;
      reference_iteration = iteration;
    }
  }
  outcome.why = "the number of iterations is used up";
  return outcome;
}

}  // namespace ssem::trainer
