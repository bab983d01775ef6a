#include "trainer/embeddings/sphere_descent.h"

#include <cmath>
#include <cstdio>

#include "advisor/numeric/sphere_lbfgs.h"

namespace ssem::trainer {
namespace {

using advisor::SphereEnd;
using advisor::SpherePoint;
using Eigen::MatrixXd;

constexpr std::int64_t kStallIterations = 40;
constexpr double kFirstTurn = 0.1;  // radians

std::string power_of_ten_text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.0e", value);
  return buffer;
}

// Rows of unit norm lie in memory as Eigen's columns do.
void write_normalised(const MatrixXd& free, std::vector<double>& point) {
  Eigen::Map<MatrixXd>(point.data(), free.rows(), free.cols()) = free.colwise().normalized();
}

SpherePoint point_at(const MatrixXd& free, const LossAndGradient& evaluate) {
  const Eigen::RowVectorXd inverse_norms = free.colwise().norm().cwiseInverse();
  const MatrixXd unit = free * inverse_norms.asDiagonal();
  SpherePoint point;
  point.gradient.resize(free.rows(), free.cols());
  point.value = evaluate(unit.data(), point.gradient.data());
  const Eigen::RowVectorXd radial = unit.cwiseProduct(point.gradient).colwise().sum();
  point.gradient -= unit * radial.asDiagonal();
  point.imbalance = point.gradient.norm();
  point.gradient *= inverse_norms.asDiagonal();
  return point;
}

// True once the loss has fallen by no more than `share` of itself over kStallIterations.
class StallRule {
 public:
  explicit StallRule(double share) : share_(share) {}

  bool stalled(std::int64_t iteration, double loss) {
    if (iteration - reference_iteration_ < kStallIterations) return false;
    const bool level = reference_loss_ - loss <= share_ * std::abs(loss);
    reference_iteration_ = iteration;
    reference_loss_ = loss;
    return level;
  }

  void start(double loss) { reference_loss_ = loss; }

 private:
  double share_;
  double reference_loss_ = 0;
  std::int64_t reference_iteration_ = 0;
};

}  // namespace

DescentOutcome descend_on_spheres(std::vector<double>& point, std::int64_t columns, const LossAndGradient& evaluate,
                                  const DescentOptions& options, const Observer& observe) {
  const auto rows = static_cast<Eigen::Index>(point.size()) / columns;
  const MatrixXd start = Eigen::Map<const MatrixXd>(point.data(), columns, rows);
  advisor::SphereRules rules;
  rules.tolerance = options.gradient_tolerance;
  rules.max_iterations = options.max_iterations;
  rules.first_turn = kFirstTurn;
  rules.value_resolution = options.loss_resolution;

  DescentOutcome outcome;
  StallRule stall(options.stall);
  bool begun = false, level = false;
  const auto function = [&](const MatrixXd& free) {
    SpherePoint there = point_at(free, evaluate);
    if (!begun) {
      begun = true;
      stall.start(there.value);
    }
    return there;
  };
  const auto after_step = [&](std::int64_t iteration, const MatrixXd& free, const SpherePoint& there) {
    write_normalised(free, point);
    outcome.last = {iteration, there.value, there.imbalance};
    if (!observe(outcome.last)) return false;
    level = stall.stalled(iteration, there.value);
    return !level;
  };
  const advisor::RelaxedColumns relaxed = advisor::relax_on_spheres(function, start, rules, after_step);
  outcome.last.loss = relaxed.value;
  outcome.last.gradient_norm = relaxed.imbalance;
  switch (relaxed.end) {
    case SphereEnd::balanced:
      outcome.converged = true;
      outcome.why = "the gradient's norm fell to the tolerance";
      break;
    case SphereEnd::no_lower_step:
      outcome.converged = relaxed.imbalance <= std::sqrt(options.gradient_tolerance);
      outcome.why = "no step along the gradient lowers the loss any more";
      break;
    case SphereEnd::not_finite:
      outcome.why = "the loss or its gradient is not finite";
      break;
    case SphereEnd::used_up:
      outcome.why = "the number of iterations is used up";
      break;
    case SphereEnd::stopped:
      outcome.converged = level;
      outcome.why = level ? "over the last " + std::to_string(kStallIterations) +
                                " iterations the loss fell by no more than " + power_of_ten_text(options.stall) +
                                " of itself"
                          : "stopped from outside";
      break;
  }
  return outcome;
}

}  // namespace ssem::trainer
