#include "advisor/explain/explanation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

ExplanationRequest asked(double value, Problem problem, double temperature,
                         std::optional<double> base_temperature = std::nullopt) {
  problem.base_temperature = base_temperature;
  ExplanationRequest request;
  request.settings = {std::move(problem), std::nullopt, temperature};
  request.loss_value = value;
  return request;
}

Problem supcon(std::int64_t classes, std::int64_t batch, std::optional<std::int64_t> dimension = std::nullopt) {
  Problem problem = with_batch(classes, batch, Convention::supcon, Sampling::random);
  problem.dimension = dimension;
  return problem;
}

Explanation explained(const ExplanationRequest& request) {
  const auto explanation = explain(request);
  REQUIRE(static_cast<bool>(explanation));
  return explanation.value();
}

const StateRow* row(const Explanation& explanation, State state) {
  for (const StateRow& each : explanation.states) {
    if (each.state == state && each.others.empty()) return &each;
  }
  return nullptr;
}

std::string other(const StateRow& row, std::string_view field) {
  for (const OtherSetting& setting : row.others) {
    if (setting.field == field) return setting.value;
  }
  return "";
}

bool says(const std::vector<std::string>& sentences, std::string_view text) {
  for (const std::string& sentence : sentences) {
    if (sentence.find(text) != std::string::npos) return true;
  }
  return false;
}

// Reported in public, with causes that are known.
struct Reported {
  double value;
  std::int64_t classes, batch;
  double temperature;
  std::optional<double> base;
  State state;
};
const Reported kReported[] = {
    {8.909, 10, 256, 0.1, 0.07, State::all_equal},  // ln(511) 0.1/0.07
    {6.920, 6, 64, 0.1, 0.07, State::all_equal},    // ln(127) 0.1/0.07
    {5.5597, 4, 25, 0.1, 0.07, State::all_equal},   // ln(49) 0.1/0.07
    {7.0303, 10, 256, 0.07, 0.07, State::initialisation},
    {1.9459, 7, 64, 0.1, std::nullopt, State::cross_entropy_at_chance},
    {13.2, 10, 256, 0.1, std::nullopt, State::unnormalised_input},
    {33, 10, 256, 0.1, 0.07, State::unnormalised_input},
    {3.85, 10, 24, 0.07, 0.07, State::all_equal},  // ln(47)
};

}  // namespace

TEST_CASE("values that people reported are the states that they turned out to be") {
  for (const Reported& each : kReported) {
    CAPTURE(each.value);
    const Explanation got = explained(asked(each.value, supcon(each.classes, each.batch), each.temperature, each.base));
    CHECK(name(got.most_likely) == name(each.state));
    CHECK(got.states.front().state == each.state);
    CHECK_FALSE(got.why.empty());
    CHECK_FALSE(got.next.empty());
  }
}

TEST_CASE("the rungs as said are always compared, with what the value is off") {
  const Explanation got = explained(asked(8.909, supcon(10, 256, 128), 0.1, 0.07));
  const double scale = 0.1 / 0.07;
  CHECK(row(got, State::all_equal)->expected == doctest::Approx(std::log(511.0) * scale));
  CHECK(row(got, State::all_equal)->difference == doctest::Approx(8.909 - std::log(511.0) * scale));
  const LossLadder ladder = *evaluate({supcon(10, 256, 128), std::nullopt, 0.1}).loss_ladder;
  CHECK(row(got, State::collapsed)->expected == doctest::Approx(*ladder.collapsed * scale));
  CHECK(row(got, State::initialisation)->expected == doctest::Approx(*ladder.initialisation * scale));
  // Plain SupCon's optimum is collapse.
  CHECK(row(got, State::optimum)->expected == row(got, State::collapsed)->expected);
  CHECK(row(got, State::optimum)->likelihood == 0);
  double sum = 0;
  for (const StateRow& each : got.states) sum += each.likelihood;
  CHECK(sum <= 1 + 1e-9);
  CHECK(says(got.why, "log(511) times 0.1/0.07"));
}

TEST_CASE("a base temperature that was not said is found, and one that was said wrongly") {
  const Explanation unsaid = explained(asked(8.909, supcon(10, 256), 0.1));
  CHECK(unsaid.most_likely == State::all_equal);
  CHECK(other(unsaid.states.front(), "base_temperature") == "0.07");
  const Explanation wrongly = explained(asked(std::log(511.0), supcon(10, 256), 0.1, 0.07));
  CHECK(wrongly.most_likely == State::all_equal);
  CHECK(other(wrongly.states.front(), "base_temperature") == "null");
}

TEST_CASE("sums, binary logarithms, one view, the other view's keys and GPUs apart are found") {
  const struct {
    double value;
    const char* field;
    const char* setting;
  } ways[] = {{512 * std::log(511.0), "reduction", "sum"},
              {std::log2(511.0), "logarithm", "base 2"},
              {std::log(256.0), "keys", "one view's embeddings"},
              {std::log(512.0), "keys", "the anchor too"},
              {std::log(127.0), "gpus", "4"}};
  for (const auto& way : ways) {
    CAPTURE(way.field);
    const Explanation got = explained(asked(way.value, supcon(10, 256), 0.1));
    CHECK(got.most_likely == State::all_equal);
    CHECK(other(got.states.front(), way.field) == way.setting);
  }
  // Half of the batch on each GPU is as many embeddings as one view of each image.
  CHECK(explained(asked(std::log(255.0), supcon(10, 256), 0.1)).most_likely == State::all_equal);
}

TEST_CASE("temperatures are tried where none is said, and the one that explains the value is named") {
  ExplanationRequest request = asked(8.909, supcon(10, 256), 0.1);
  request.unknown.temperature = true;
  const Explanation got = explained(request);
  CHECK(got.most_likely == State::all_equal);
  CHECK(other(got.states.front(), "temperature") == "0.1");
  // Unscaled, all at one point has the same value at every temperature.
  request.loss_value = std::log(511.0);
  const Explanation unscaled = explained(request);
  CHECK(unscaled.most_likely == State::all_equal);
  CHECK(other(unscaled.states.front(), "temperature").empty());
}

TEST_CASE("the value alone tells where it is the logarithm of a usual number, and the field is named where it is not") {
  ExplanationRequest request = asked(5.5597, supcon(10, 256), 0.1, 0.07);
  request.unknown.batch = request.unknown.classes = true;
  const Explanation got = explained(request);
  CHECK(got.most_likely == State::all_equal);
  CHECK(other(got.states.front(), "batch_size") == "25");
  request.loss_value = 4.2;
  const auto refused = explain(request);
  REQUIRE_FALSE(static_cast<bool>(refused));
  CHECK(refused.error().fields.front().path == "/batch_size");
  request.settings.problem.base_temperature.reset();
  request.loss_value = 1.9459;
  CHECK(explain(request).error().fields.front().message.find("log(7)") != std::string::npos);
}

TEST_CASE("without the classes the start and one point are known, and the classes are asked for below") {
  ExplanationRequest request = asked(std::log(511.0), supcon(10, 256), 0.1);
  request.unknown.classes = true;
  CHECK(explained(request).most_likely == State::all_equal);
  request.loss_value = 6.62;
  CHECK(explained(request).most_likely == State::initialisation);
  request.loss_value = 4.3;
  CHECK(explain(request).error().fields.front().path == "/classes");
}

TEST_CASE("between the rungs nothing is claimed, and below the floor labels are missing") {
  CHECK(explained(asked(5.0, supcon(10, 256), 0.1)).most_likely == State::unclear);
  CHECK(says(explained(asked(5.01, supcon(10, 256), 0.1)).why, "of the way"));
  CHECK(says(explained(asked(6.55, supcon(10, 256, 128), 0.07)).why, "in a cone"));
  const Explanation below = explained(asked(1.52, supcon(10, 256), 0.1));
  CHECK(below.most_likely == State::labels_missing);
  CHECK(explained(asked(0, supcon(10, 256), 0.1)).most_likely == State::no_positives);
  CHECK(says(explained(asked(-1.5, supcon(10, 256), 0.1)).why, "below 0"));
}

TEST_CASE("the optimum of a loss that does not collapse is its own state") {
  Problem problem = balanced(10, 20);
  problem.dimension = 256;
  ExplanationRequest request = asked(0, problem, 0.1);
  request.settings.loss_weight = 0.5;
  const double optimum = *evaluate(request.settings).loss_value;
  request.loss_value = optimum;
  CHECK(explained(request).most_likely == State::optimum);
  request.loss_value = *evaluate(request.settings).loss_ladder->collapsed;
  const Explanation collapsed = explained(request);
  CHECK(row(collapsed, State::collapsed)->likelihood > row(collapsed, State::optimum)->likelihood);
}

TEST_CASE("digits count: what three digits tell, one does not") {
  CHECK(rounding_of(8.909) == doctest::Approx(0.0005));
  CHECK(rounding_of(33) == doctest::Approx(0.5));
  CHECK(rounding_of(std::log(511.0)) == 0);
  CHECK(rounding_of(0) == 0);
  CHECK(explained(asked(6.24, supcon(10, 256, 2048), 0.5)).most_likely == State::unclear);  // the start is at 6.237
}

TEST_CASE("every convention is explained by its own ladder") {
  for (const Convention convention :
       {Convention::anchor_excluded, Convention::anchor_included, Convention::supcon, Convention::supcon_in,
        Convention::dcl, Convention::cross_view, Convention::negatives_only}) {
    CAPTURE(name(convention));
    Problem problem = with_batch(10, 200, convention, Sampling::balanced);
    problem.dimension = 128;
    ExplanationRequest request = asked(0, problem, 0.1);
    if (!has_fixed_loss_weight(convention)) request.settings.loss_weight = 0.01;
    const LossLadder ladder = *evaluate(request.settings).loss_ladder;
    request.loss_value = ladder.all_equal;
    CHECK(explained(request).most_likely == State::all_equal);
    request.loss_value = *ladder.initialisation;
    CHECK(explained(request).most_likely == State::initialisation);
    request.loss_value = *ladder.collapsed;
    CHECK(explained(request).most_likely == State::collapsed);
  }
}

TEST_CASE("one view, unequal classes and a mixed loss are explained too") {
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 128;
  fields.views = 1;
  fields.convention = Convention::supcon;
  CHECK(explained(asked(std::log(127.0), checked(fields), 0.1)).most_likely == State::all_equal);
  ProblemFields unequal;
  unequal.class_counts = std::vector<std::int64_t>{900, 90, 10};
  unequal.batch_size = 100;
  unequal.convention = Convention::supcon;
  CHECK(explained(asked(std::log(199.0), checked(unequal), 0.1)).most_likely == State::all_equal);
  Problem mixed = balanced(5, 10, Convention::supcon_in);
  ExplanationRequest request = asked(std::log(99.0), mixed, 0.2);
  request.settings.loss_weight = 0.3;
  CHECK(explained(request).most_likely == State::all_equal);
}

TEST_CASE("pytorch-metric-learning's mean leaves out anchors without a positive, and that is found") {
  ProblemFields fields;
  fields.classes = 100;
  fields.batch_size = 64;
  fields.views = 1;
  fields.convention = Convention::supcon;
  const Explanation got = explained(asked(4.1431, checked(fields), 0.1));
  CHECK(got.most_likely == State::all_equal);
  CHECK_FALSE(other(got.states.front(), "anchors").empty());
}

TEST_CASE("no finite number is diverged, whatever else is known") {
  for (const double value : {kNan, std::numeric_limits<double>::infinity()}) {
    ExplanationRequest request = asked(value, supcon(10, 256), 0.1);
    CHECK(explained(request).most_likely == State::diverged);
    request.unknown.batch = request.unknown.classes = request.unknown.temperature = true;
    CHECK(explained(request).most_likely == State::diverged);
  }
}
