#include "api/tuning/suggestion.h"

#include <doctest/doctest.h>

#include <limits>

#include "advisor/evaluation.h"
#include "advisor/numeric/number_text.h"

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

TEST_CASE("a batch size among the parameters is the batch that a trial is predicted in, a number or a choice") {
  FaultList faults;
  advisor::ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 64;
  fields.dimension = 64;
  StudyConfig config;
  config.problem = advisor::check_problem(fields, faults);
  REQUIRE(config.problem);
  config.search_space = default_search_space();
  const auto choice = [](double number) {
    PythonValue value;
    value.kind = PythonValue::Kind::integer;
    value.number = number;
    return value;
  };
  for (const Distribution& sizes :
       {Distribution(IntDistribution{384, 384, 1, false}), Distribution(CategoricalDistribution{{choice(384)}})}) {
    NamedDistributions space = default_search_space();
    space.push_back({"batch_size", sizes});
    std::vector<Param> first;
    const Suggestion advised = suggest(config, space, {Direction::minimize}, {}, 0);
    for (std::size_t k = 0; k < space.size(); ++k) first.push_back({space[k].name, advised.internal_values[k], ""});
    const Suggestion next = suggest(config, space, {Direction::minimize}, {{TrialState::complete, first, {1.0}}}, 1);
    const double loss_weight = next.internal_values[0], temperature = next.internal_values[1];
    fields.batch_size = 384;
    const auto own = advisor::check_problem(fields, faults);
    const double variance = *advisor::evaluate({*own, loss_weight, temperature}).within_class_variance;
    const std::string want =
        "batch_size 384, gives a predicted within-class variance of " + advisor::number_text(variance) + ";";
    CAPTURE(next.why.back());
    CHECK(next.why.back().find(want) != std::string::npos);
  }
}
