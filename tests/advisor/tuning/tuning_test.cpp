// The search behind suggestions: axes, the plane of theory, the Gaussian process, the next point.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "advisor/evaluation.h"
#include "advisor/recommendation.h"
#include "advisor/tuning/first_point.h"
#include "advisor/tuning/gaussian_process.h"
#include "advisor/tuning/next_point.h"
#include "advisor/tuning/quasi_random.h"
#include "tests/advisor/tuning/axes.h"

using namespace ssem::advisor;
using namespace ssem::advisor::tuning;

namespace {

Problem problem_of(std::int64_t classes, std::int64_t instances, std::optional<std::int64_t> dimension = {}) {
  ssem::FaultList faults;
  ProblemFields fields;
  fields.classes = classes;
  fields.instances_per_class = instances;
  fields.dataset_is_batch = true;
  fields.dimension = dimension;
  return check_problem(fields, faults).value();
}

Axis integer(double low, double high, bool log = false) { return {Axis::Kind::integer, low, high, 1, log}; }
Axis choices(double count) { return {Axis::Kind::categorical, 0, count - 1, 1, false}; }

SearchSpace plane_of(const Problem& problem, const Axis& loss_weight, const Axis& temperature) {
  return SearchSpace({loss_weight, temperature}, ProblemAxes{problem, 0, 1});
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("every value of a grid and every choice has an equal share of the unit range") {
  for (const Axis& axis : {integer(3, 7), choices(5), Axis{Axis::Kind::real, 0, 1, 0.25, false}}) {
    std::map<double, int> counts;
    for (int k = 0; k < 1000; ++k) ++counts[value_at(axis, (k + 0.5) / 1000)];
    REQUIRE(counts.size() == 5);
    for (const auto& [value, count] : counts) {
      CHECK(count == 200);
      CHECK(value_at(axis, tuning::unit_of(axis, value)) == value);
    }
  }
}

TEST_CASE("a logarithmic axis has equal shares per factor, an integer one reaches both ends") {
  CHECK(value_at(real(1e-4, 1, true), 0.5) == doctest::Approx(1e-2));
  CHECK(value_at(real(1e-4, 1, true), 0) == doctest::Approx(1e-4).epsilon(1e-12));
  CHECK(value_at(integer(1, 64, true), 0) == 1);
  CHECK(value_at(integer(1, 64, true), 1) == 64);
  CHECK(tuning::unit_of(real(1e-4, 1, true), 1e-2) == doctest::Approx(0.5));
}

TEST_CASE("the widest real axis there is has finite values in order") {
  const double most = std::numeric_limits<double>::max();
  const Axis axis = real(-most, most);
  CHECK(value_at(axis, 0) == -most);
  CHECK(value_at(axis, 0.5) == 0);
  CHECK(value_at(axis, 1) == most);
  CHECK(tuning::unit_of(axis, 0.0) == doctest::Approx(0.5));
}

TEST_CASE("the even spread fills every box of a 4 x 4 grid with 64 points, whatever the seed") {
  for (const std::uint64_t seed : {0U, 1U, 77U}) {
    std::set<int> boxes;
    const QuasiRandom spread(2, seed);
    for (std::uint64_t k = 0; k < 64; ++k) {
      const auto point = spread.point(k);
      REQUIRE(point[0] >= 0);
      REQUIRE(point[1] < 1);
      boxes.insert(static_cast<int>(point[0] * 4) * 4 + static_cast<int>(point[1] * 4));
    }
    CHECK(boxes.size() == 16);
  }
  CHECK(QuasiRandom(2, 1).point(5) != QuasiRandom(2, 2).point(5));
}

TEST_CASE("expected improvement is the integral it stands for") {
  for (const Prediction& prediction : {Prediction{0.3, 0.2}, Prediction{-1, 0.5}, Prediction{2, 1}}) {
    double sum = 0;
    constexpr int kSteps = 20000;
    for (int k = 0; k < kSteps; ++k) {
      const double z = -8 + 16 * (k + 0.5) / kSteps;
      const double value = prediction.mean + prediction.deviation * z;
      sum += std::max(0.1 - value, 0.0) * std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0)) * 16 / kSteps;
    }
    CHECK(expected_improvement(prediction, 0.1) == doctest::Approx(sum).epsilon(1e-6));
  }
  CHECK(expected_improvement({0.5, 0}, 0.75) == 0.25);
  CHECK(expected_improvement({1, 0}, 0.75) == 0);
}

TEST_CASE("the process goes through a smooth function, knows what it does not know, and believes what it is told") {
  Eigen::MatrixXd points(15, 1);
  Eigen::VectorXd values(15);
  for (int k = 0; k < 15; ++k) {
    points(k, 0) = k / 20.0;  // nothing above 0.7
    values(k) = 100 + 5 * std::sin(5 * points(k, 0));
  }
  const GaussianProcess process(points, values, {0}, 64);
  Eigen::MatrixXd asked(3, 1);
  asked << 0.325, 0.35, 1.5;
  const auto seen = process.at(asked);
  CHECK(seen[0].mean == doctest::Approx(100 + 5 * std::sin(1.625)).epsilon(1e-3));
  CHECK(seen[1].deviation < 0.2);
  CHECK(seen[2].deviation > 5 * seen[1].deviation);
  CHECK(process.lowest_mean() == doctest::Approx(values.minCoeff()).epsilon(1e-2));
  const GaussianProcess observations = process.condition_on(asked.bottomRows(1));
  CHECK(observations.at(asked)[2].deviation < 0.3 * seen[2].deviation);
  CHECK(observations.at(asked)[2].mean == doctest::Approx(seen[2].mean).epsilon(1e-2));
}

TEST_CASE("noise is told from signal: equal points with unequal values do not break the process") {
  Eigen::MatrixXd points(40, 1);
  Eigen::VectorXd values(40);
  for (int k = 0; k < 40; ++k) {
    points(k, 0) = (k % 4) / 4.0;
    values(k) = unit_number(mixed(static_cast<std::uint64_t>(k)));
  }
  const GaussianProcess process(points, values, {0}, 64);
  CHECK(process.noise() > 0.1);
  for (const Prediction& each : process.at(points)) CHECK(std::isfinite(each.mean));
  const GaussianProcess constant(points, Eigen::VectorXd::Constant(40, 3.0), {0}, 64);
  CHECK(constant.at(points)[0].mean == doctest::Approx(3.0));
}

TEST_CASE("no point of the plane collapses or splits views, and the plane reaches all the variances there are") {
  for (const Problem& problem : {problem_of(10, 51, 128), problem_of(2, 2), problem_of(1000, 4, 2048)}) {
    const Axis loss_weight = real(0, 1);
    const Axis temperature = real(0.01, 2, true);
    const SearchSpace space = plane_of(problem, loss_weight, temperature);
    REQUIRE(space.plane() != nullptr);
    double lowest = 1;
    double highest = 0;
    const QuasiRandom spread(2, 3);
    for (std::uint64_t k = 0; k < 300; ++k) {
      const UnitPoint unit = spread.point(k);
      const Values values = space.values_at(unit);
      const Evaluation seen = evaluate({problem, values[0], values[1]});
      CAPTURE(values[0]);
      CAPTURE(values[1]);
      CHECK_FALSE(seen.collapsed);
      CHECK_FALSE(seen.view_split);
      CHECK(space.admits(values));
      lowest = std::min(lowest, *seen.within_class_variance);
      highest = std::max(highest, *seen.within_class_variance);
      // There and back.
      const Values again = space.values_at(space.unit_of(values));
      const Evaluation returned = evaluate({problem, again[0], again[1]});
      CHECK(*returned.within_class_variance == doctest::Approx(*seen.within_class_variance).epsilon(0.02));
      CHECK(again[1] == doctest::Approx(values[1]).epsilon(1e-6));
      // What the model sees is the variance that theory predicts.
      CHECK(
          space.coordinates_of(values)[0] ==
          doctest::Approx(seen.large_dimension->within_class_variance / *seen.max_within_class_variance).epsilon(1e-9));
      CHECK(space.coordinates_at(unit)[0] == doctest::Approx(space.coordinates_of(values)[0]).epsilon(0.05));
    }
    CHECK(lowest < 0.1);
    CHECK(highest > 0.8 * *evaluate({problem, 1.0, 0.5}).max_within_class_variance);
  }
}

TEST_CASE("temperatures at which every loss weight allowed collapses are left out") {
  const Problem problem = problem_of(10, 51, 128);
  const double threshold = evaluate({problem, 0.3, 0.1}).temperature_threshold;
  const SearchSpace space = plane_of(problem, real(0, 0.3), real(0.01, 100, true));
  REQUIRE(space.plane() != nullptr);
  REQUIRE(space.plane()->highest_admitted_temperature());
  CHECK(*space.plane()->highest_admitted_temperature() <= threshold);
  const QuasiRandom spread(2, 1);
  for (std::uint64_t k = 0; k < 200; ++k) CHECK(space.values_at(spread.point(k))[1] < threshold);
  // Everything collapses: no plane, and the search says that theory refuses its points.
  CHECK(plane_of(problem, real(0, 1e-9), real(50, 100)).plane() == nullptr);
}

TEST_CASE("a grid of loss weights is kept and its collapsing values are passed over") {
  const Problem problem = problem_of(10, 51, 128);
  const SearchSpace space = plane_of(problem, {Axis::Kind::real, 0, 1, 0.1, false}, real(0.05, 0.5, true));
  for (std::uint64_t number = 0; number < 30; ++number) {
    const NextPoint point = next_point(space, {}, 5, number);
    const double tenths = point.values[0] * 10;
    CHECK(tenths == doctest::Approx(std::round(tenths)));
    CHECK(point.admitted);
    CHECK_FALSE(evaluate({problem, point.values[0], point.values[1]}).collapsed);
  }
}

TEST_CASE("the first point is the recommendation, or the nearest that the space holds, and says so") {
  const Problem problem = problem_of(10, 51, 128);
  const Recommendation advice = recommend({problem, {}, {}, {}});
  const FirstPoint first = first_point(
      SearchSpace({integer(1, 9), real(0, 1), real(0.01, 1, true), choices(3)}, ProblemAxes{problem, 1, 2}));
  CHECK(first.values == Values{5, *advice.evaluation.loss_weight, advice.evaluation.temperature, 0});
  CHECK(first.why.front() == "This is the advisor's recommendation.");
  const FirstPoint kept = first_point(plane_of(problem, real(0, 1), real(0.5, 0.9)));
  CHECK(kept.values[1] == 0.5);
  CHECK(kept.why[1].find("not in the search space") != std::string::npos);
  CHECK_FALSE(evaluate({problem, kept.values[0], kept.values[1]}).collapsed);
}

namespace {

// Best at variance 0.45 and log temperature -2 (0.135): what a user's accuracy might look like, to be made small.
double landscape(const Problem& problem, double loss_weight, double temperature) {
  const double variance = *evaluate({problem, loss_weight, temperature}).within_class_variance;
  return std::pow((variance - 0.45) / 0.3, 2) + std::pow((std::log(temperature) + 2) / 1.5, 2);
}

double best_after(const SearchSpace& space, const Problem& problem, std::uint64_t seed, int trials) {
  History history;
  double best = kInfinity;
  for (int number = 0; number < trials; ++number) {
    const NextPoint point = next_point(space, history, seed, static_cast<std::uint64_t>(number));
    const double value = landscape(problem, point.values[0], point.values[1]);
    best = std::min(best, value);
    history.observations.push_back({point.values, value});
  }
  return best;
}

}  // namespace

TEST_CASE("after 25 trials the search stands within 1 % of the landscape's depth, and far ahead of an even spread") {
  const Problem problem = problem_of(10, 51, 128);
  const SearchSpace space = plane_of(problem, real(0, 1), real(0.01, 1, true));
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    double spread = kInfinity;
    for (std::uint64_t k = 0; k < 25; ++k) {
      const Values values = space.values_at(QuasiRandom(2, seed).point(k));
      spread = std::min(spread, landscape(problem, values[0], values[1]));
    }
    const double found = best_after(space, problem, seed, 25);
    CAPTURE(spread);
    CHECK(found < 0.01);
    CHECK(found < spread);
  }
}

TEST_CASE("other numbers and choices join the same model") {
  const SearchSpace space({real(-5, 5), integer(1, 20), choices(3)}, {});
  History history;
  double best = kInfinity;
  for (std::uint64_t number = 0; number < 50; ++number) {
    const NextPoint point = next_point(space, history, 9, number);
    const double value =
        std::pow(point.values[0] - 1, 2) + std::pow((point.values[1] - 13) / 4, 2) + (point.values[2] == 2 ? 0.0 : 3.0);
    best = std::min(best, value);
    history.observations.push_back({point.values, value});
  }
  CHECK(best < 0.15);
}

TEST_CASE("the same history, seed and number give the same point; another seed gives another") {
  const SearchSpace space({real(0, 1), real(0, 1)}, {});
  History history;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const Values values = space.values_at(QuasiRandom(2, 4).point(k));
    history.observations.push_back({values, std::sin(7 * values[0]) + values[1]});
  }
  const NextPoint point = next_point(space, history, 1, 200);
  CHECK(point.from_model);
  CHECK(point.values == next_point(space, history, 1, 200).values);
  CHECK(point.values != next_point(space, history, 2, 200).values);
}

TEST_CASE("a point that is being tried is not suggested to another") {
  const SearchSpace space({real(0, 1), real(0, 1)}, {});
  History history;
  for (std::uint64_t k = 0; k < 12; ++k) {
    const Values values = space.values_at(QuasiRandom(2, 4).point(k));
    history.observations.push_back({values, std::pow(values[0] - 0.5, 2) + std::pow(values[1] - 0.5, 2)});
  }
  for (int ask = 0; ask < 8; ++ask) {
    const Values values = next_point(space, history, 1, 12).values;
    for (const Values& other : history.pending) {
      CHECK(std::hypot(values[0] - other[0], values[1] - other[1]) > 1e-3);
    }
    history.pending.push_back(values);
  }
  // A space of two values has nothing else left than to repeat one.
  const SearchSpace tiny({integer(0, 1)}, {});
  History all{{{{0.0}, 1.0}, {{1.0}, 2.0}, {{0.0}, 1.0}, {{1.0}, 2.0}}, {{0.0}, {1.0}}};
  const Values repeated = next_point(tiny, all, 1, 6).values;
  CHECK((repeated[0] == 0 || repeated[0] == 1));
}

TEST_CASE("infinities, equal values and outliers in the history leave the search on its feet") {
  const SearchSpace space({real(0, 1)}, {});
  for (const std::vector<double>& ends : std::vector<std::vector<double>>{
           {kInfinity, kInfinity}, {-kInfinity, 1}, {1, 1}, {1e300, -1e300}, {0, 1e-300}}) {
    History history;
    for (std::uint64_t k = 0; k < 10; ++k) {
      history.observations.push_back({space.values_at(QuasiRandom(1, 4).point(k)), ends[k % 2]});
    }
    const NextPoint point = next_point(space, history, 1, 10);
    CHECK(point.values[0] >= 0);
    CHECK(point.values[0] <= 1);
    CHECK(std::isfinite(point.mean));
  }
  // One failure among good values does not hide where they are best.
  History history;
  for (int k = 0; k <= 10; ++k) {
    const double x = k / 10.0;
    history.observations.push_back({{x}, k == 5 ? kInfinity : std::pow(x - 0.25, 2)});
  }
  CHECK(next_point(space, history, 1, 11).values[0] == doctest::Approx(0.25).epsilon(0.4));
}

TEST_CASE("thirty parameters and values outside the space are no obstacle") {
  std::vector<Axis> axes(30, real(0, 1));
  const SearchSpace space(axes, {});
  History history;
  for (std::uint64_t k = 0; k < 40; ++k) {
    Values values = space.values_at(QuasiRandom(30, 4).point(k));
    values[0] += k == 0 ? 1e9 : 0;
    history.observations.push_back({values, values[1]});
  }
  const NextPoint point = next_point(space, history, 1, 40);
  CHECK(point.from_model);
  for (const double value : point.values) CHECK((value >= 0 && value <= 1));
}

TEST_CASE("an earlier search that theory has another say in does not take the place of the spread") {
  const Problem problem = problem_of(10, 50, 128);
  const SearchSpace space = plane_of(problem, real(0, 1), real(0.01, 1, true));
  const std::vector<Observation> observations = {{{0.5, 0.1}, 1.0}, {{0.7, 0.2}, 2.0}};
  History history;
  history.earlier = {{SearchSpace({real(0, 1), real(0.01, 1, true)}, {}), observations}};
  CHECK(spread_points(space, history) > 0);
  CHECK_FALSE(next_point(space, history, 1, 0).from_model);
  history.earlier.push_back({space, observations});
  CHECK(spread_points(space, history) == 0);
  CHECK(next_point(space, history, 1, 0).from_model);
}
