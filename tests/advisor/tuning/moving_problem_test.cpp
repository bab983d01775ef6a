#include "advisor/tuning/moving_problem.h"
#include "tests/advisor/tuning/axes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "advisor/evaluation.h"
#include "advisor/recommendation.h"
#include "advisor/tuning/first_point.h"
#include "advisor/tuning/next_point.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;
using namespace ssem::advisor::tuning;

namespace {

// A shuffled batch of 64 out of ten classes.
Problem shuffled(std::int64_t batch_size) {
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = batch_size;
  fields.dimension = 64;
  return checked(fields);
}

// loss_weight, temperature, batch_size.
SearchSpace with_batch_sizes(double low, double high) {
  return SearchSpace({real(0, 1), real(0.02, 1, true), {Axis::Kind::integer, low, high, 1, false}},
                     ProblemAxes{shuffled(64), 0, 1, {{ProblemParameter::batch_size, 2, {}}}});
}

}  // namespace

TEST_CASE("a trial's problem has the trial's own batch, dimension, views and classes in a batch") {
  ProblemFields fields;
  fields.classes = 20;
  fields.instances_per_class = 4;
  fields.dimension = 32;
  const Problem problem = checked(fields);
  const auto own = problem_at(problem,
                              {{ProblemParameter::instances_per_class, 0, {}},
                               {ProblemParameter::dimension, 1, {}},
                               {ProblemParameter::views, 2, {2, 4}},
                               {ProblemParameter::classes_per_batch, 3, {}}},
                              {6, 48, 1, 10});
  REQUIRE(own);
  CHECK(own->instances_per_class == 6);
  CHECK(own->batch_size == 60);
  CHECK(own->dimension == 48);
  CHECK(own->views == 4);
  CHECK(own->classes_per_batch == 10);
  CHECK(own->sampling == Sampling::balanced);
}

TEST_CASE("values that make no problem make none: half an image, fewer images than classes, choices out of the list") {
  const Problem problem = balanced(20, 4);
  const std::vector<MovingField> batch = {{ProblemParameter::batch_size, 0, {}}};
  CHECK(problem_at(problem, batch, {40}));
  CHECK_FALSE(problem_at(problem, batch, {40.5}));
  CHECK_FALSE(problem_at(problem, batch, {19}));
  CHECK_FALSE(problem_at(problem, batch, {std::numeric_limits<double>::infinity()}));
  CHECK_FALSE(problem_at(problem, {{ProblemParameter::views, 0, {2, 4}}}, {2}));
}

TEST_CASE("everything else of the problem stays: GPUs apart, counts, data set, convention") {
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 256;
  fields.gpus = 4;
  fields.loss_gathers = false;
  fields.dataset_instances_per_class = 500;
  fields.convention = Convention::dcl;
  fields.reduction = Reduction::pair_mean;
  const auto own = problem_at(checked(fields), {{ProblemParameter::batch_size, 0, {}}}, {512});
  REQUIRE(own);
  CHECK(own->batch_size == 128);
  CHECK(own->gpus_apart == 4);
  CHECK(own->dataset_instances_per_class == 500);
  CHECK(own->convention == Convention::dcl);
  CHECK(own->sampling == Sampling::random);
  ProblemFields unequal;
  unequal.class_counts = {900, 80, 20};
  unequal.batch_size = 64;
  const auto counted = problem_at(checked(unequal), {{ProblemParameter::batch_size, 0, {}}}, {128});
  REQUIRE(counted);
  CHECK(counted->class_counts == std::vector<std::int64_t>{900, 80, 20});
  CHECK(counted->batch_size == 128);
}

TEST_CASE("what a search sees and leaves out is each trial's own problem's") {
  const SearchSpace space = with_batch_sizes(16, 512);
  int apart = 0, collapsed = 0;
  for (const double batch_size : {16.0, 64.0, 384.0}) {
    for (const double loss_weight : {0.05, 0.3, 0.6}) {
      for (const double temperature : {0.05, 0.2, 0.8}) {
        const Values values = {loss_weight, temperature, batch_size};
        const Evaluation own = evaluate({shuffled(static_cast<std::int64_t>(batch_size)), loss_weight, temperature});
        CAPTURE(batch_size);
        CAPTURE(loss_weight);
        CAPTURE(temperature);
        CHECK(space.admits(values) == (!own.collapsed && !own.view_split));
        CHECK(space.predicted(values).within_class_variance == doctest::Approx(*own.within_class_variance));
        CHECK(space.coordinates_of(values)[0] == doctest::Approx(*own.within_class_variance));
        (own.collapsed ? collapsed : apart) += 1;
      }
    }
  }
  CHECK(apart > 5);
  CHECK(collapsed > 5);
}

TEST_CASE("no suggestion collapses in its own batch, from the spread or from the model") {
  const SearchSpace space = with_batch_sizes(16, 256);
  History history;
  for (std::uint64_t number = 0; number < 14; ++number) {
    const NextPoint point = next_point(space, history, 3, number);
    CHECK(point.admitted);
    const Evaluation own =
        evaluate({shuffled(static_cast<std::int64_t>(point.values[2])), point.values[0], point.values[1]});
    CHECK_FALSE(own.collapsed);
    history.observations.push_back({point.values, std::pow(*own.within_class_variance - 0.4, 2)});
  }
}

TEST_CASE("the first point keeps the problem's batch, or takes the nearest, and is that batch's recommendation") {
  for (const auto& [low, high, own] : {std::tuple{16.0, 512.0, 64}, std::tuple{256.0, 512.0, 256}}) {
    const FirstPoint first = first_point(with_batch_sizes(low, high));
    RecommendationRequest request;
    request.problem = shuffled(own);
    const Evaluation advice = recommend(request).evaluation;
    CHECK(first.values == Values{*advice.loss_weight, advice.temperature, static_cast<double>(own)});
  }
  const SearchSpace listed({real(0, 1), real(0.02, 1, true), {Axis::Kind::categorical, 0, 2, 1, false}},
                           ProblemAxes{shuffled(64), 0, 1, {{ProblemParameter::batch_size, 2, {256, 128, 512}}}});
  CHECK(first_point(listed).values[2] == 1);
}
