#include "advisor/model/negatives_only.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <random>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/numeric/sphere_lbfgs.h"
#include "tests/advisor/explicit_loss.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

// The loss from its definition on free unit vectors for every view, the views of an image one after the other.
struct FreeViews {
  int classes, instances, views, dimension;
  double loss_weight, temperature;

  int rows() const { return classes * instances * views; }
  int label(int row) const { return row / (instances * views); }
  int image(int row) const { return row / views; }

  SpherePoint at(const Eigen::MatrixXd& free) const {
    const Eigen::VectorXd norms = free.colwise().norm();
    const Eigen::MatrixXd unit = free * norms.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd s = (unit.transpose() * unit).array() / temperature;
    Eigen::MatrixXd slope = Eigen::MatrixXd::Zero(rows(), rows());
    SpherePoint point;
    point.value = 0;
    for (int i = 0; i < rows(); ++i) {
      double negatives = 0, all = 0;
      for (int k = 0; k < rows(); ++k) {
        if (label(k) != label(i)) negatives += std::exp(s(i, k));
        if (k != i) all += std::exp(s(i, k));
      }
      const double each = (1 - loss_weight) / (instances * views - 1) / rows();
      const double own = loss_weight / (views - 1) / rows();
      for (int j = 0; j < rows(); ++j) {
        if (j == i || label(j) != label(i)) continue;
        const double total = negatives + std::exp(s(i, j));
        point.value += each * (std::log(total) - s(i, j));
        slope(i, j) += each * (std::exp(s(i, j)) / total - 1);
        for (int k = 0; k < rows(); ++k) {
          if (label(k) != label(i)) slope(i, k) += each * std::exp(s(i, k)) / total;
        }
        if (image(j) != image(i)) continue;
        point.value += own * (std::log(all) - s(i, j));
        slope(i, j) -= own;
        for (int k = 0; k < rows(); ++k) {
          if (k != i) slope(i, k) += own * std::exp(s(i, k)) / all;
        }
      }
    }
    slope /= temperature;
    point.gradient = unit * (slope + slope.transpose());
    const Eigen::RowVectorXd radial = unit.cwiseProduct(point.gradient).colwise().sum();
    point.gradient -= unit * radial.asDiagonal();
    point.imbalance = point.gradient.norm() / slope.norm();
    point.gradient *= norms.cwiseInverse().asDiagonal();
    return point;
  }

  struct Minimum {
    double loss = 1e300;
    double within = 0;
  };

  Minimum minimum(int starts) const {
    Minimum best;
    for (int start = 1; start <= starts; ++start) {
      std::mt19937 engine(static_cast<unsigned>(start));
      std::normal_distribution<double> normal;
      const Eigen::MatrixXd from = Eigen::MatrixXd::NullaryExpr(dimension, rows(), [&] { return normal(engine); });
      const Eigen::MatrixXd columns =
          relax_on_spheres([this](const Eigen::MatrixXd& free) { return at(free); }, from.colwise().normalized(),
                           {.tolerance = 1e-9, .max_evaluations = 5000})
              .columns.colwise()
              .normalized();
      const double value = at(columns).value;
      if (value >= best.loss) continue;
      best.loss = value;
      best.within = 0;
      for (int c = 0; c < classes; ++c) {
        const Eigen::MatrixXd of_class = columns.middleCols(c * instances * views, instances * views);
        best.within += (1 - of_class.rowwise().mean().squaredNorm()) / classes;
      }
    }
    return best;
  }
};

Evaluation predicted(const FreeViews& setting) {
  Problem problem = balanced(setting.classes, setting.instances, Convention::negatives_only, setting.views);
  problem.dimension = setting.dimension;
  return evaluate({problem, setting.loss_weight, setting.temperature});
}

}  // namespace

TEST_CASE("alone negatives_only collapses in the brute-force minimum at every temperature and in every dimension") {
  const FreeViews settings[] = {{3, 4, 2, 23, 0, 0.1}, {3, 4, 2, 23, 0, 1.0}, {4, 3, 2, 3, 0, 0.2},
                                {5, 2, 2, 3, 0, 0.3},  {6, 2, 2, 2, 0, 0.5},  {3, 2, 3, 17, 0, 0.4}};
  for (const FreeViews& setting : settings) {
    const auto found = setting.minimum(4);
    const Evaluation got = predicted(setting);
    CAPTURE(setting.classes);
    CAPTURE(setting.dimension);
    CAPTURE(setting.temperature);
    CHECK(got.collapsed);
    CHECK_FALSE(got.loss_weight.has_value());
    CHECK(found.within < 2e-3);  // at low temperature the loss is flat near collapse
    if (setting.dimension >= setting.classes - 1) CHECK(std::abs(*got.loss_value - found.loss) < 1e-6);
  }
}

TEST_CASE("negatives_only beside a self-supervised term has the brute-force variance and loss where images find room") {
  const FreeViews settings[] = {{3, 4, 2, 23, 0.3, 0.2}, {3, 4, 2, 23, 0.1, 0.5}, {4, 3, 2, 23, 0.5, 0.5},
                                {5, 2, 2, 19, 0.6, 0.3}, {2, 4, 3, 23, 0.4, 0.4}, {3, 3, 2, 17, 0.5, 1.0},
                                {3, 3, 2, 17, 0.9, 1.0}, {3, 4, 2, 23, 1.0, 0.3}};
  for (const FreeViews& setting : settings) {
    const auto found = setting.minimum(3);
    const Evaluation got = predicted(setting);
    CAPTURE(setting.loss_weight);
    CAPTURE(setting.temperature);
    CHECK(std::abs(*got.loss_value - found.loss) < 1e-7);
    CHECK(std::abs(*got.within_class_variance - found.within) < 2e-4);
    CHECK(got.collapsed == (found.within < 1e-4));
    CHECK_FALSE(got.view_split_loss_weight.has_value());
  }
}

TEST_CASE("in fewer dimensions than images the mixed loss has the estimate's variance, within 7 % of brute force") {
  const FreeViews settings[] = {{4, 6, 2, 8, 0.3, 0.2},   {4, 6, 2, 4, 0.3, 0.2},   {4, 6, 2, 3, 0.5, 0.2},
                                {6, 5, 2, 10, 0.2, 0.15}, {6, 5, 2, 6, 0.4, 0.15},  {6, 5, 2, 5, 0.5, 0.2},
                                {8, 4, 2, 16, 0.3, 0.15}, {8, 4, 2, 10, 0.3, 0.15}, {3, 4, 2, 3, 0.2, 0.3}};
  double sum = 0;
  for (const FreeViews& setting : settings) {
    const auto found = setting.minimum(3);
    const Evaluation got = predicted(setting);
    CAPTURE(setting.classes);
    CAPTURE(setting.dimension);
    CHECK_FALSE(got.collapsed);
    const double off = relative_error(*got.within_class_variance, found.within);
    sum += off;
    CHECK(off < 0.07);
    CHECK(std::abs(*got.loss_value - found.loss) < 0.021);
  }
  CHECK(sum < 0.035 * std::size(settings));
}

TEST_CASE("the mixed negatives_only loss collapses exactly up to its thresholds, in balanced and random batches") {
  RandomProblems random(8);
  for (int trial = 0; trial < 200; ++trial) {
    Problem problem = with_batch(random.log_integer(2, 60), 2 * random.log_integer(60, 400), Convention::negatives_only,
                                 trial % 2 == 0 ? Sampling::random : Sampling::balanced);
    if (trial % 3 == 0) problem.reduction = Reduction::pair_mean;
    const double loss_weight = random.uniform(0.001, 1);
    const double temperature = random.log_uniform(1e-3, 10);
    const Evaluation got = evaluate({problem, loss_weight, temperature});
    CAPTURE(loss_weight);
    CAPTURE(temperature);
    CHECK(got.collapsed == (loss_weight <= got.loss_weight_threshold));
    CHECK(got.collapsed == (temperature >= got.temperature_threshold));
    CHECK(std::isfinite(*got.loss_value));
    CHECK(got.collapsed == (*got.within_class_variance == 0));
    CHECK(*got.loss_value <= *got.loss_ladder->collapsed + 1e-12);
    if (got.collapsed || loss_weight > 0.999 || *got.within_class_variance >= *got.max_within_class_variance) continue;
    const SsemModel model(problem);
    CHECK(MixedNegativesOnly(problem, model).loss_weight_for(*got.within_class_variance, temperature).value ==
          doctest::Approx(loss_weight).epsilon(1e-6));
  }
}
