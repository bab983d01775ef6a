#include "api/tuning/suggestion.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

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

namespace {

// Trials on loss_weight and temperature with a valley around (0.7, 0.3); `params` keeps what they point to.
struct ValleyStudy {
  std::vector<std::vector<Param>> params;

  explicit ValleyStudy(int trials) {
    for (int k = 0; k < trials; ++k) {
      params.push_back({{"loss_weight", 0.05 + 0.9 * ((k * 7) % 12) / 11.0, ""},
                        {"temperature", 0.05 * std::pow(18.0, ((k * 5) % 12) / 11.0), ""}});
    }
  }

  std::vector<PastTrial> trials() const {
    std::vector<PastTrial> past;
    for (const auto& each : params) {
      const double weight = each[0].internal_value - 0.7;
      const double temperature = std::log(each[1].internal_value / 0.3);
      past.push_back({TrialState::complete, each, {weight * weight + 0.1 * temperature * temperature}});
    }
    return past;
  }
};

StudyConfig config_of_problem() {
  FaultList faults;
  advisor::ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 64;
  StudyConfig config;
  config.problem = advisor::check_problem(fields, faults);
  REQUIRE(config.problem);
  config.search_space = default_search_space();
  return config;
}

bool says(const Suggestion& suggestion, std::string_view words) {
  return std::any_of(suggestion.why.begin(), suggestion.why.end(),
                     [&](const std::string& why) { return why.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("a search begins where an earlier study found its best, and tries the advice next") {
  const StudyConfig config = config_of_problem();
  const ValleyStudy before(12);
  const std::vector<EarlierStudy> earlier = {{"before", true, config, {Direction::minimize}, before.trials()}};
  const auto& space = config.search_space;
  const Suggestion advised = suggest(config, space, {Direction::minimize}, {}, 0);
  const Suggestion first = suggest(config, space, {Direction::minimize}, {}, 0, earlier);
  CHECK(first.internal_values[0] == doctest::Approx(0.7).epsilon(0.25));
  CHECK(std::abs(std::log(first.internal_values[1] / 0.3)) < 1.0);
  CHECK(says(first, "The study \"before\" counts with 12 results"));
  std::vector<Param> tried;
  for (std::size_t k = 0; k < space.size(); ++k) tried.push_back({space[k].name, first.internal_values[k], ""});
  const std::vector<PastTrial> past = {{TrialState::complete, tried, {0.1}}};
  CHECK(suggest(config, space, {Direction::minimize}, past, 1, earlier).internal_values == advised.internal_values);
}

TEST_CASE("of earlier studies counts what lies in the search space, and of one that is gone nothing") {
  const StudyConfig config = config_of_problem();
  ValleyStudy before(12);
  NamedDistributions narrow = {{"loss_weight", FloatDistribution{0.0, 0.01, {}, false}},
                               {"temperature", FloatDistribution{0.05, 0.5, {}, true}}};
  const std::vector<EarlierStudy> outside = {{"before", true, config, {Direction::minimize}, before.trials()},
                                             {"gone", false, {}, {}, {}}};
  const Suggestion suggestion = suggest(config, narrow, {Direction::minimize}, {}, 0, outside);
  CHECK(suggestion.internal_values == suggest(config, narrow, {Direction::minimize}, {}, 0).internal_values);

  NamedDistributions other = {{"kind", CategoricalDistribution{{PythonValue{}, PythonValue{}}}}};
  std::vector<Param> of_others = {param_from("kind", 1, CategoricalDistribution{{PythonValue{}}})};
  const std::vector<EarlierStudy> choices = {
      {"choices", true, {}, {Direction::minimize}, {{TrialState::complete, of_others, {1.0}}}}};
  CHECK(says(suggest({}, other, {Direction::minimize}, {}, 4, choices), "\"choices\" has no result"));
  CHECK(says(suggest({}, other, {Direction::minimize}, {}, 4, outside), "\"gone\" is gone"));
}

TEST_CASE("a batch of another size is an earlier study's own: its pair is carried over by the variance it predicts") {
  StudyConfig small = config_of_problem();
  StudyConfig large = config_of_problem();
  FaultList faults;
  advisor::ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 4096;
  large.problem = advisor::check_problem(fields, faults);
  REQUIRE(large.problem);
  const ValleyStudy before(12);
  const auto first_of = [&](const StudyConfig& earlier_config) {
    return suggest(large, large.search_space, {Direction::minimize}, {}, 0,
                   {{"before", true, earlier_config, {Direction::minimize}, before.trials()}});
  };
  CHECK(first_of(small).internal_values != first_of(large).internal_values);
}

TEST_CASE("of very long earlier studies the latest trials count") {
  std::vector<int> numbers(kMostEarlierTrials + 3);
  std::iota(numbers.begin(), numbers.end(), 0);
  const std::vector<int> latest = latest_trials(numbers);
  CHECK(latest.size() == kMostEarlierTrials);
  CHECK(latest.front() == 3);
  CHECK(latest.back() == numbers.back());
  CHECK(latest_trials(std::vector<int>{1, 2}) == std::vector<int>{1, 2});
}
