#include "api/tuning/best_trials.h"

#include <doctest/doctest.h>

#include "tests/api/tuning/made_trial.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;

TEST_CASE("the best of equals is the earliest, and nothing is best without values") {
  const std::vector<TrialPtr> trials = {made_trial(0.1, {2}), made_trial(0.2, {1}), made_trial(0.3, {1})};
  CHECK(best_trials(trials, {Direction::minimize}).front() == trials[1]);
  CHECK(best_trials(trials, {Direction::maximize}).front() == trials[0]);
  CHECK(best_trials({}, {Direction::minimize}).empty());
  CHECK(best_trials({made_trial(0, {1, 2})}, {Direction::minimize}).empty());
}
