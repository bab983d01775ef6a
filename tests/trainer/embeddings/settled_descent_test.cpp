#include "trainer/embeddings/settled_descent.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

constexpr double kTolerance = 1e-3;

// Every row minimises half the sum of weights[k] x_k^2 over its sphere: at the axis of the least weight, with a saddle
// at the axis of the middle one.
LossAndGradient bowl(std::size_t rows, std::array<double, 3> weights) {
  return [=](const double* z, double* gradient) {
    double loss = 1;
    for (std::size_t k = 0; k < 3 * rows; ++k) {
      loss += weights[k % 3] * z[k] * z[k] / 2 / static_cast<double>(rows);
      gradient[k] = weights[k % 3] * z[k] / static_cast<double>(rows);
    }
    return loss;
  };
}

// Mean square of the first coordinate: 1 at the minimum, 0 at the saddle.
double first_square(const std::vector<double>& point) {
  double sum = 0;
  for (std::size_t k = 0; k < point.size(); k += 3) sum += point[k] * point[k];
  return 3 * sum / static_cast<double>(point.size());
}

SettledDescent descent_of(const LossAndGradient& loss, std::int64_t* told = nullptr) {
  return {3, loss, first_square, {{}, kTolerance, 7}, [told](const DescentState&, double, double) {
            if (told != nullptr) ++*told;
            return true;
          }};
}

std::vector<double> near_the_saddle(std::size_t rows, double off) {
  std::vector<double> point;
  for (std::size_t row = 0; row < rows; ++row) {
    const double side = row % 2 == 0 ? off : -off;
    point.insert(point.end(), {side, std::sqrt(1 - side * side), 0});
  }
  return point;
}

}  // namespace

TEST_CASE("rest at a saddle is not believed: a push leads to the minimum") {
  // The saddle is shallow: the gradient's tolerance is met there.
  const auto descent = descent_of(bowl(10, {0, 0.02, 1}));
  std::vector<double> point = near_the_saddle(10, 1e-9);
  const Settled saddle = descent.descend(point, 1000);
  REQUIRE(saddle.at_rest);
  REQUIRE(saddle.judged <= 1e-3);
  const Settled proved = descent.prove(point, saddle, 1000);
  CHECK(proved.at_rest);
  CHECK(proved.judged == doctest::Approx(1).epsilon(1e-3));
  CHECK(first_square(point) == doctest::Approx(proved.judged));
  CHECK(proved.loss < saddle.loss);
  CHECK(proved.iterations > saddle.iterations);
}

TEST_CASE("a minimum withstands the push and keeps its place") {
  const auto descent = descent_of(bowl(10, {0, 1, 2}));
  std::vector<double> point = near_the_saddle(10, 0.5);
  const Settled settled = descent.descend(point, 1000);
  REQUIRE(settled.at_rest);
  const Settled proved = descent.prove(point, settled, 1000);
  CHECK(proved.at_rest);
  CHECK(proved.loss <= settled.loss);
  CHECK(proved.judged == doctest::Approx(1).epsilon(1e-3));
  CHECK(proved.why.find("came back") != std::string::npos);
}

TEST_CASE("a descent that has no iterations left is not at rest and says so") {
  const auto descent = descent_of(bowl(10, {0, 1, 2}));
  std::vector<double> point = near_the_saddle(10, 0.5);
  const Settled cut = descent.descend(point, 2);
  CHECK_FALSE(cut.at_rest);
  CHECK(cut.why.find("used up") != std::string::npos);
  const Settled settled = descent.descend(point, 1000);
  const Settled unproved = descent.prove(point, settled, 1);
  CHECK_FALSE(unproved.at_rest);
  CHECK(unproved.why.find("used up") != std::string::npos);
}

TEST_CASE("the observer sees every iteration of every descent and may end each") {
  std::int64_t told = 0;
  const auto descent = descent_of(bowl(4, {0, 1, 2}), &told);
  std::vector<double> point = near_the_saddle(4, 0.5);
  const Settled settled = descent.descend(point, 1000);
  CHECK(told == settled.iterations);
  const Settled proved = descent.prove(point, settled, 1000);
  CHECK(told == proved.iterations);
  const SettledDescent stopped(3, bowl(4, {0, 1, 2}), first_square, {{}, kTolerance, 7},
                               [](const DescentState&, double, double) { return false; });
  CHECK_FALSE(stopped.descend(point, 1000).iterations > 1);
}

}  // namespace ssem::trainer
