#include "api/tuning/param_importance.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/api/tuning/made_trial.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;

TEST_CASE("importances sum to 1, and a parameter that never moves has none") {
  std::vector<TrialPtr> trials;
  for (int k = 0; k < 60; ++k) {
    Trial trial = *made_trial(k / 60.0, {std::abs(k / 60.0 - 0.3)});
    trial.params.push_back(param_from("still", 4, IntDistribution{4, 4, 1, false}));
    trials.push_back(std::make_shared<const Trial>(trial));
  }
  const auto importances = param_importances(trials, 0, Direction::minimize);
  REQUIRE(importances.size() == 2);
  CHECK(importances[0].name == "x");
  CHECK(importances[0].importance == doctest::Approx(1));
  CHECK(importances[1].importance == 0);
  CHECK(param_importances({trials[0]}, 0, Direction::minimize).empty());
}
