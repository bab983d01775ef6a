#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "advisor/explain/explanation.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kNoise = 0.02;

std::vector<LoggedPoint> drawn(const std::function<double(double)>& value, double noise = kNoise, int points = 400) {
  std::mt19937_64 engine(5);
  std::normal_distribution<double> normal(0, 1);
  std::vector<LoggedPoint> curve;
  for (int i = 0; i < points; ++i) curve.push_back({10.0 * i, value(i) + noise * normal(engine)});
  return curve;
}

// 10 classes, batches of 256, temperature 0.1: start 6.62, one point 6.236, collapse 3.934.
Explanation explained_curve(std::vector<LoggedPoint> curve) {
  ExplanationRequest request;
  Problem problem = with_batch(10, 256, Convention::supcon, Sampling::random);
  problem.dimension = 128;
  request.settings = {problem, std::nullopt, 0.1};
  request.curve = std::move(curve);
  const auto explanation = explain(request);
  REQUIRE(static_cast<bool>(explanation));
  return explanation.value();
}

double falling(double i, double from, double to, double steps) { return to + (from - to) * std::exp(-i / steps); }

}  // namespace

TEST_CASE("a curve that falls to collapse is collapsed, with the step where it left one point behind") {
  const Explanation got = explained_curve(drawn([](double i) { return falling(i, 6.62, 3.934, 40); }));
  CHECK(got.most_likely == State::collapsed);
  REQUIRE(got.curve);
  CHECK(got.curve->start == State::initialisation);
  CHECK(got.curve->end == State::collapsed);
  CHECK(got.curve->course.stands_still);
  REQUIRE(got.curve->crossed.size() == 1);
  CHECK(got.curve->crossed[0].level == State::all_equal);
  // 6.236 is reached after 6 points; the medians look at 20 at a time.
  CHECK(got.curve->crossed[0].step <= 300);
}

TEST_CASE("a curve that stands still above collapse is stuck, at the start too, and at one point it is at one point") {
  const Explanation stuck = explained_curve(drawn([](double i) { return falling(i, 6.62, 4.7, 40); }));
  CHECK(stuck.most_likely == State::stuck);
  REQUIRE(stuck.curve->course.still_since);
  CHECK(*stuck.curve->course.still_since > 800);
  CHECK(*stuck.curve->course.still_since < 3000);
  CHECK(explained_curve(drawn([](double) { return 6.62; })).most_likely == State::stuck);
  CHECK(explained_curve(drawn([](double i) { return falling(i, 6.62, std::log(511.0), 3); }, 5e-4)).most_likely ==
        State::all_equal);
}

TEST_CASE("a curve that still falls is learning, one that grows or ends in nan has diverged") {
  CHECK(explained_curve(drawn([](double i) { return falling(i, 6.62, 4.0, 400); })).most_likely == State::learning);
  const Explanation grows = explained_curve(drawn([](double i) { return 6.6 + 0.01 * i; }));
  CHECK(grows.most_likely == State::diverged);
  CHECK(grows.curve->course.grows);
  const Explanation broken = explained_curve(drawn([](double i) { return i < 100 ? 6.6 - 0.01 * i : kNotANumber; }));
  CHECK(broken.most_likely == State::diverged);
  CHECK(broken.curve->course.not_finite_since == 1000.0);
  CHECK(broken.curve->end == State::diverged);
}

TEST_CASE("a single nan that the run survives is not its end") {
  const Explanation got =
      explained_curve(drawn([](double i) { return i == 50 ? kNotANumber : falling(i, 6.62, 3.934, 40); }));
  CHECK(got.most_likely == State::collapsed);
  CHECK_FALSE(got.curve->course.not_finite_since);
}

TEST_CASE("a curve whose start is as said is not explained by another scale at its end") {
  // 5.62 is collapse times 0.1/0.07.
  const Explanation got = explained_curve({{0, 6.62}, {10, 5.62}});
  CHECK(got.most_likely != State::collapsed);
}

TEST_CASE("curves of one and two points, and of nothing but nan, are answered") {
  CHECK(explained_curve({{0, 6.236}}).curve->course.points == 1);
  CHECK(explained_curve({{0, 6.6}, {1, 6.236}}).most_likely == State::all_equal);
  CHECK(explained_curve({{0, kNotANumber}, {1, kNotANumber}}).most_likely == State::diverged);
}

TEST_CASE("the noise of a curve is measured beside its slope") {
  const CurveCourse course = course_of(drawn([](double i) { return 8 - 0.01 * i; }));
  CHECK(course.noise == doctest::Approx(kNoise).epsilon(0.15));
  CHECK_FALSE(course.stands_still);
  CHECK(course.start.value == doctest::Approx(7.99).epsilon(0.01));
  CHECK(course.end.step > course.start.step);
}
