#include "advisor/numeric/sphere_lbfgs.h"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

namespace ssem::advisor {
namespace {

// The quadratic form of a symmetric matrix on the direction of one column: smallest at the eigenvector of the smallest
// eigenvalue.
struct QuadraticForm {
  Eigen::MatrixXd matrix;

  SpherePoint operator()(const Eigen::MatrixXd& free) const {
    const double norm = free.norm();
    const Eigen::VectorXd unit = free.col(0) / norm;
    SpherePoint point;
    point.value = unit.dot(matrix * unit);
    point.gradient = 2 * (matrix * unit - point.value * unit);
    point.imbalance = point.gradient.norm();
    point.gradient /= norm;
    return point;
  }
};

QuadraticForm some_form() {
  Eigen::MatrixXd half(6, 6);
  for (Eigen::Index row = 0; row < 6; ++row) {
    for (Eigen::Index column = 0; column < 6; ++column)
      half(row, column) = std::cos(static_cast<double>(7 * row + column * column));
  }
  return {half + half.transpose()};
}

Eigen::MatrixXd start() { return Eigen::VectorXd::Ones(6).normalized(); }

}  // namespace

TEST_CASE("a quadratic form falls to its smallest eigenvalue, whatever the length of the column it starts from") {
  const QuadraticForm form = some_form();
  const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(form.matrix).eigenvalues()[0];
  for (const double length : {0.1, 1.0, 30.0}) {
    CAPTURE(length);
    const RelaxedColumns found = relax_on_spheres(form, length * start(), {.tolerance = 1e-7, .max_evaluations = 500});
    CHECK(found.end == SphereEnd::balanced);
    CHECK(found.value == doctest::Approx(smallest).epsilon(1e-12));
    CHECK(found.columns.norm() == doctest::Approx(1));
    CHECK(found.imbalance <= 1e-7);
  }
}

TEST_CASE("a descent says why it ended") {
  const QuadraticForm form = some_form();
  const RelaxedColumns few = relax_on_spheres(form, start(), {.tolerance = 1e-9, .max_evaluations = 3});
  CHECK(few.end == SphereEnd::used_up);
  CHECK(few.evaluations == 3);
  CHECK(relax_on_spheres(form, start(), {.tolerance = 1e-9, .max_iterations = 2}).end == SphereEnd::used_up);

  std::int64_t last = 0;
  const auto observe = [&](std::int64_t iteration, const Eigen::MatrixXd& columns, const SpherePoint& point) {
    CHECK(iteration == ++last);
    CHECK(form(columns).value == point.value);
    return iteration < 2;
  };
  CHECK(relax_on_spheres(form, start(), {.tolerance = 1e-9}, observe).end == SphereEnd::stopped);
  CHECK(last == 2);

  const auto broken = [&](const Eigen::MatrixXd& free) {
    SpherePoint point = form(free);
    point.value = std::numeric_limits<double>::quiet_NaN();
    return point;
  };
  CHECK(relax_on_spheres(broken, start(), {}).end == SphereEnd::not_finite);

  // A gradient that points uphill: no step along it is lower.
  const auto uphill = [&](const Eigen::MatrixXd& free) {
    SpherePoint point = form(free);
    point.gradient = -point.gradient;
    return point;
  };
  CHECK(relax_on_spheres(uphill, start(), {.tolerance = 1e-9, .max_evaluations = 500}).end == SphereEnd::no_lower_step);
}

}  // namespace ssem::advisor
