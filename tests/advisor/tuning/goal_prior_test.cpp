// A search that knows what the embeddings are for.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "advisor/recommend/expected_in_training.h"
#include "advisor/tuning/first_point.h"
#include "advisor/tuning/next_point.h"
#include "tests/advisor/tuning/axes.h"

using namespace ssem::advisor;
using namespace ssem::advisor::tuning;

namespace {

constexpr std::uint64_t kSeeds = 12;

Problem problem_for(std::optional<Goal> goal, Sampling sampling = Sampling::balanced) {
  ssem::FaultList faults;
  ProblemFields fields;
  fields.classes = 5;
  fields.batch_size = 250;
  fields.dimension = 64;
  fields.sampling = sampling;
  fields.goal = goal;
  return check_problem(fields, faults).value();
}

SearchSpace space_for(const Problem& problem) {
  return SearchSpace({real(0, 1), real(0.05, 1, true)}, ProblemAxes{problem, 0, 1});
}

double in_training(const Problem& problem, const Values& values) {
  return expected_in_training(problem, values[0], values[1])->within_class_variance;
}

// The first points that are proposed after `told` results that are all alike.
std::vector<Values> proposals(const SearchSpace& space, std::size_t told) {
  std::vector<Values> found;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    History history;
    for (std::uint64_t k = 0; k < told; ++k) {
      history.observations.push_back({next_point(space, history, seed, k).values, 0.5});
    }
    found.push_back(next_point(space, history, seed, told).values);
  }
  return found;
}

}  // namespace

TEST_CASE(
    "the density is highest at the goal's variance in the band where encoders train, and wider on weaker evidence") {
  const auto transfer = GoalPrior::of(Goal::transfer);
  REQUIRE(transfer);
  CHECK(transfer->log_density(0.5, 0.07) == 0);
  CHECK(transfer->log_density(0.5, 0.2) == 0);
  CHECK(transfer->log_density(0.3, 0.1) == doctest::Approx(-0.5));
  CHECK(transfer->log_density(0.5, 0.4) == doctest::Approx(-0.5 * std::pow(std::log(2) / 0.35, 2)));
  // As far from the target, evidence from strong to weak.
  CHECK(GoalPrior::of(Goal::same_labels)->log_density(0.35, 0.1) < transfer->log_density(0.8, 0.1));
  CHECK(transfer->log_density(0.8, 0.1) < GoalPrior::of(Goal::foreign_data)->log_density(0.35, 0.1));
  CHECK_FALSE(GoalPrior::of(Goal::unknown));
}

TEST_CASE("a known goal draws the first trials to its variance; without one they are spread") {
  const Problem known = problem_for(Goal::transfer);
  for (const Values& values : proposals(space_for(known), 2)) {
    CHECK(std::abs(in_training(known, values) - 0.5) < 0.35);
    CHECK(values[1] < 0.45);
  }
  const Problem open = problem_for(Goal::unknown);
  const std::vector<Values> spread = proposals(space_for(open), 2);
  CHECK(std::any_of(spread.begin(), spread.end(), [](const Values& values) { return values[1] > 0.45; }));
}

TEST_CASE("the search's coordinate is the variance that training delivers, once a goal is known") {
  const Problem known = problem_for(Goal::fine_labels);
  const SearchSpace space = space_for(known);
  for (const double share : {0.1, 0.5, 0.9}) {
    const UnitPoint unit{share, 0.4};
    const Values values = space.values_at(unit);
    CHECK(space.coordinates_of(values)[0] == doctest::Approx(in_training(known, values)).epsilon(1e-6));
    CHECK(space.coordinates_at(unit)[0] == doctest::Approx(in_training(known, values)).epsilon(0.02));
    CHECK(space.unit_of(values)[0] == doctest::Approx(share).epsilon(0.02));
  }
}

TEST_CASE("results overrule the goal's evidence") {
  const Problem known = problem_for(Goal::same_labels);
  const SearchSpace space = space_for(known);
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    History history;
    double best = 1;
    for (std::uint64_t number = 0; number < 25; ++number) {
      const Values values = next_point(space, history, seed, number).values;
      const double value = std::pow(in_training(known, values) - 0.6, 2) + std::pow(std::log(values[1] / 0.1) / 3, 2);
      best = std::min(best, value);
      history.observations.push_back({values, value});
    }
    CHECK(best < 0.01);
  }
}

TEST_CASE("a goal shapes searches over shuffled batches and over grids too") {
  const Problem shuffled = problem_for(Goal::transfer, Sampling::random);
  for (const Values& values : proposals(space_for(shuffled), 2))
    CHECK(std::abs(in_training(shuffled, values) - 0.5) < 0.35);
  const Problem known = problem_for(Goal::transfer);
  const SearchSpace grid({{Axis::Kind::real, 0, 1, 0.05, false}, {Axis::Kind::real, 0.05, 1, 0.05, false}},
                         ProblemAxes{known, 0, 1});
  for (const Values& values : proposals(grid, 2)) {
    CHECK(std::abs(in_training(known, values) - 0.5) < 0.4);
    CHECK(values[1] < 0.5);
  }
}
