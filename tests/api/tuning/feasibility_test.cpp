#include "api/tuning/feasibility.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace ssem::api::studies;
using namespace ssem::api::tuning;

namespace {

TrialPtr trial(std::int64_t number, Attributes system, TrialState state = TrialState::complete) {
  Trial made;
  made.number = number;
  made.state = state;
  made.values = std::vector<double>{0.5};
  made.system_attributes = std::move(system);
  return std::make_shared<const Trial>(std::move(made));
}

std::vector<std::int64_t> feasible(const std::vector<TrialPtr>& trials) {
  std::vector<std::int64_t> numbers;
  for (const TrialPtr& each : feasible_trials(trials)) numbers.push_back(each->number);
  return numbers;
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a trial is feasible when every constraint is at most 0") {
  CHECK(feasible({trial(0, {{"constraints", "[1.0]"}}), trial(1, {{"constraints", "[0.0, 0]"}}),
                  trial(2, {{"constraints", "[-1, 1e-300]"}}), trial(3, {{"constraints", "[-Infinity, -1]"}}),
                  trial(4, {{"constraints", "[]"}})}) == Numbers{1, 3, 4});
}

TEST_CASE("what is no number is not met") {
  for (const char* text : {"[NaN]", "null", "1", "-1", "\"[]\"", "{}", "[null]", "[\"-1\"]", "[[-1]]", "[true]",
                           "[Infinity]", "[-1", ""}) {
    CAPTURE(text);
    CHECK(feasible({trial(0, {{"constraints", text}}), trial(1, {{"constraints", "[-1]"}})}) == Numbers{1});
    CHECK(feasible({trial(0, {{"constraints", text}})}).empty());
  }
  for (const char* text : {"NaN", "null", "\"-1\"", "[-1]", "true", "", "1e-9"}) {
    CAPTURE(text);
    CHECK(feasible({trial(0, {{"constraints:memory", text}}), trial(1, {{"constraints:memory", "-1"}})}) == Numbers{1});
  }
}

TEST_CASE("without constraints every complete trial is feasible, and no other one ever is") {
  CHECK(feasible({trial(0, {}), trial(1, {{"constraints_of_mine", "[1]"}, {"fixed_params", "{}"}}),
                  trial(2, {}, TrialState::pruned), trial(3, {}, TrialState::running)}) == Numbers{0, 1});
}

TEST_CASE("once any trial has the list, one without it is not known to be feasible") {
  CHECK(feasible({trial(0, {}), trial(1, {{"constraints", "[-1]"}}, TrialState::pruned)}).empty());
  CHECK(feasible({trial(0, {}), trial(1, {{"constraints", "[-1]"}})}) == Numbers{1});
}

TEST_CASE("named constraints count one by one, and stand in for the item of the list with that name") {
  CHECK(feasible({trial(0, {}), trial(1, {{"constraints:a", "-1"}, {"constraints:b", "0.5"}}),
                  trial(2, {{"constraints:a", "-1"}, {"constraints:b", "0"}})}) == Numbers{0, 2});
  CHECK(feasible({trial(0, {{"constraints", "[1, -1]"}, {"constraints:0", "-1"}}),
                  trial(1, {{"constraints", "[-1, -1]"}, {"constraints:0", "1"}})}) == Numbers{0});
}
