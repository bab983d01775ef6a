#include "api/tuning/suggestion.h"

#include <doctest/doctest.h>

#include <limits>

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::studies;
using namespace ssem::api::tuning;

TEST_CASE("failed trials and trials without the parameters do not disturb a suggestion") {
  StudyConfig config;
  config.search_space = {{"x", FloatDistribution{0, 1, {}, false}}};
  std::vector<Param> params = {{"x", 0.5, ""}};
  std::vector<Param> foreign = {{"y", 0.5, ""}};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<PastTrial> past;
  for (int k = 0; k < 20; ++k) {
    past.push_back({TrialState::fail, params, {}});
    past.push_back({TrialState::complete, foreign, {1.0}});
    past.push_back({TrialState::complete, params, {nan}});
    past.push_back({TrialState::complete, params, {1.0, 2.0}});
  }
  const Suggestion suggestion = suggest(config, config.search_space, {Direction::minimize}, past, 80);
  CHECK(suggestion.why.front().find("0 of 4 results") != std::string::npos);
  CHECK(suggest(config, {}, {Direction::minimize}, past, 1).internal_values.empty());
}
