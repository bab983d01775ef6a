#include "api/tuning/median_pruning.h"

#include <doctest/doctest.h>

#include <limits>

#include "tests/api/tuning/made_trial.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;

TEST_CASE("the median of an even count lies between, and infinities are worse than everything") {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<TrialPtr> completed = {made_trial(0, {1}, {{1, 1.0}}), made_trial(0, {1}, {{1, 3.0}}),
                                           made_trial(0, {1}, {{1, inf}}), made_trial(0, {1}, {{1, 2.0}})};
  MedianPruning settings;
  settings.startup_trials = 0;
  const auto pruned = [&](double value) {
    return should_prune(settings, *made_trial(0, {1}, {{1, value}}), completed, Direction::minimize);
  };
  CHECK_FALSE(pruned(2.5));
  CHECK(pruned(2.6));
  CHECK(pruned(inf));
  CHECK_FALSE(pruned(-inf));
}
