#include "advisor/recommendation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "advisor/phase_diagram.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

Recommendation advise(const Problem& problem, std::optional<double> target = {}, std::optional<double> loss_weight = {},
                      std::optional<double> temperature = {}) {
  return recommend({problem, target, loss_weight, temperature});
}

bool mentions(const std::vector<std::string>& sentences, const std::string& words) {
  for (const std::string& sentence : sentences) {
    if (sentence.find(words) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("well-known problems get the known-good pairs") {
  const struct {
    std::int64_t classes, batch_size;
    Convention convention;
    double temperature, loss_weight;
  } rows[] = {
      {10, 512, Convention::anchor_included, .150, .18},     {10, 512, Convention::anchor_excluded, .137, .12},
      {100, 512, Convention::anchor_included, .149, .83},    {100, 512, Convention::anchor_excluded, .135, .76},
      {1000, 4096, Convention::anchor_included, .115, .95},  {1000, 4096, Convention::anchor_excluded, .107, .92},
      {1000, 65536, Convention::anchor_included, .084, .46},
  };
  for (const auto& row : rows) {
    const Recommendation got = advise(with_batch(row.classes, row.batch_size, row.convention));
    CAPTURE(row.classes);
    CAPTURE(row.batch_size);
    CHECK(got.feasible);
    CHECK(std::abs(got.evaluation.temperature - row.temperature) < 1e-3);
    CHECK(std::abs(*got.evaluation.loss_weight - row.loss_weight) < 6e-3);
    CHECK(*got.evaluation.within_class_variance == doctest::Approx(kDefaultTargetWithinClassVariance).epsilon(1e-9));
    CHECK(got.evaluation.margin.loss_weight_logit >= kRequiredLossWeightLogitMargin);
    CHECK(got.evaluation.margin.log_temperature >= kRequiredLogTemperatureMargin);
  }
}

TEST_CASE("the temperature with the highest variance at loss weight 1/2 is the known one") {
  const struct {
    std::int64_t classes, batch_size;
    double temperature;
  } rows[] = {{10, 512, .167}, {100, 512, .127}, {1000, 4096, .095}};
  for (const auto& row : rows) {
    // A target just out of reach: the nearest reachable point is the peak.
    const Recommendation got = advise(with_batch(row.classes, row.batch_size, Convention::anchor_included), 0.9, 0.5);
    CHECK_FALSE(got.feasible);
    CHECK(std::abs(got.evaluation.temperature - row.temperature) < 1.5e-3);
  }
}

TEST_CASE("every reachable target is met, by random problems and targets, with the margins asked for") {
  RandomProblems random(41);
  int feasible = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    Problem problem = random.problem(1e4);
    if (trial % 5 == 0) problem.convention = Convention::dcl;
    const double target = random.uniform(0.01, 0.6);
    const Recommendation got = advise(problem, target);
    CAPTURE(problem.classes);
    CAPTURE(problem.instances_per_class);
    CAPTURE(target);
    CHECK(got.feasible == (target < *got.evaluation.max_within_class_variance));
    CHECK_FALSE(got.why.empty());
    if (!got.feasible) {
      CHECK_FALSE(got.what_would_help.empty());
      continue;
    }
    ++feasible;
    CHECK_FALSE(got.evaluation.collapsed);
    if (1 - *got.evaluation.loss_weight > 1e-6) {
      CHECK(*got.evaluation.within_class_variance == doctest::Approx(target).epsilon(1e-6));
    }
    // Small batches of the decoupled loss have targets whose whole curve lies closer to collapse: then the reasons say
    // so.
    const bool kept = got.evaluation.margin.loss_weight_logit >= kRequiredLossWeightLogitMargin - 1e-3 &&
                      got.evaluation.margin.log_temperature >= kRequiredLogTemperatureMargin - 1e-3;
    const bool told = problem.convention == Convention::dcl && mentions(got.why, "closer to collapse than asked for");
    CHECK((kept || told));
  }
  CHECK(feasible > 1500);
}

TEST_CASE("a held temperature has exactly one loss weight for the target") {
  RandomProblems random(42);
  for (int trial = 0; trial < 500; ++trial) {
    const Problem problem = random.problem(1e3);
    const double temperature = random.log_uniform(0.05, 0.5);
    const Recommendation got = advise(problem, 0.2, {}, temperature);
    CHECK(got.evaluation.temperature == temperature);
    if (!got.feasible || 1 - *got.evaluation.loss_weight < 1e-6) continue;
    CHECK(*got.evaluation.within_class_variance == doctest::Approx(0.2).epsilon(1e-6));
  }
}

TEST_CASE("a held loss weight has none, one or two temperatures, and every one listed has the target") {
  const Problem problem = with_batch(10, 512);
  const Recommendation two = advise(problem, 0.3, 0.5);
  CHECK(two.feasible);
  CHECK(*two.evaluation.within_class_variance == doctest::Approx(0.3).epsilon(1e-9));
  CHECK(mentions(two.why, "2 temperatures"));
  int same_weight = 0;
  for (const Alternative& alternative : two.alternatives) {
    if (std::abs(alternative.loss_weight - 0.5) > 1e-9) continue;
    ++same_weight;
    CHECK(alternative.temperature > two.evaluation.temperature);
    CHECK(*evaluate({problem, 0.5, alternative.temperature}).within_class_variance ==
          doctest::Approx(0.3).epsilon(1e-9));
  }
  CHECK(same_weight == 1);
  const Recommendation none = advise(problem, 0.3, 0.05);
  CHECK_FALSE(none.feasible);
  CHECK(*none.evaluation.loss_weight == 0.05);
  CHECK(mentions(none.what_would_help, "Raise the loss weight to at least 0.116"));
  // The nearest reachable point is the peak over temperatures.
  for (const double factor : {0.8, 1.25}) {
    CHECK(*evaluate({problem, 0.05, none.evaluation.temperature * factor}).within_class_variance <
          *none.evaluation.within_class_variance);
  }
}

TEST_CASE("alternatives lie on the target's curve") {
  for (const Convention convention : {Convention::anchor_excluded, Convention::anchor_included, Convention::dcl}) {
    const Problem problem = with_batch(100, 512, convention);
    const Recommendation got = advise(problem, 0.25);
    CHECK(got.alternatives.size() >= 3);
    for (const Alternative& alternative : got.alternatives) {
      CHECK(*evaluate({problem, alternative.loss_weight, alternative.temperature}).within_class_variance ==
            doctest::Approx(0.25).epsilon(1e-5));
      CHECK(alternative.within_class_variance == 0.25);
    }
  }
}

TEST_CASE("plain SupCon is told that it collapses and which line does not") {
  for (const Convention convention : {Convention::supcon, Convention::supcon_in}) {
    const Recommendation got = advise(with_batch(10, 512, convention));
    CHECK_FALSE(got.feasible);
    CHECK(got.evaluation.collapsed);
    CHECK(got.plain_supcon_collapses);
    CHECK(mentions(got.what_would_help, "anchor_excluded"));
    REQUIRE_FALSE(got.what_to_type.empty());
    const Snippet& snippet = got.what_to_type.front();
    const Evaluation typed = evaluate({with_batch(10, 512), snippet.loss_weight, snippet.temperature});
    CHECK(*typed.within_class_variance == doctest::Approx(0.3).epsilon(1e-9));
  }
}

TEST_CASE("each library's line reaches the same variance in that library's own convention") {
  for (const Convention convention : {Convention::anchor_excluded, Convention::anchor_included, Convention::dcl}) {
    const Recommendation got = advise(with_batch(10, 512, convention));
    CHECK(got.what_to_type.size() == 8);
    for (const Snippet& snippet : got.what_to_type) {
      Problem problem = with_batch(10, 512, snippet.convention);
      if (snippet.library == "ssem-supcl (ImageNet code)")
        problem = with_batch(10, 512, snippet.convention, Sampling::random);  // its loader shuffles
      const Evaluation own = evaluate({problem, snippet.loss_weight, snippet.temperature});
      CHECK(*own.within_class_variance == doctest::Approx(0.3).epsilon(1e-9));
      CHECK_FALSE(snippet.code.empty());
    }
  }
}

TEST_CASE("a recommendation hits its target by the numbers it shows, in every dimension and sampling") {
  for (const std::int64_t dimension : {16, 128, 2000}) {
    for (const Sampling sampling : {Sampling::balanced, Sampling::random}) {
      for (const double target : {0.1, 0.3, 0.5}) {
        ProblemFields fields;
        fields.classes = 10;
        fields.batch_size = 256;
        fields.sampling = sampling;
        fields.dimension = dimension;
        const Recommendation got = advise(checked(fields), target);
        CAPTURE(dimension);
        CAPTURE(target);
        CHECK(got.feasible);
        CHECK(*got.evaluation.within_class_variance == doctest::Approx(target).epsilon(1e-6));
        // Where no margin asks for a lower temperature.
        if (target >= 0.3) CHECK(std::abs(got.evaluation.sensitivity->within_per_log_temperature) < 2e-3);
        for (const Alternative& other : got.alternatives) {
          const Evaluation there = evaluate({checked(fields), other.loss_weight, other.temperature});
          CHECK(*there.within_class_variance == doctest::Approx(other.within_class_variance).epsilon(1e-6));
        }
      }
    }
  }
}

TEST_CASE("the sampler that was assumed stands beside the one that was not") {
  ProblemFields fields;
  fields.classes = 100;
  fields.batch_size = 256;
  const Recommendation got = advise(checked(fields));
  const auto& assumed = got.evaluation.assumed;
  REQUIRE_FALSE(assumed.empty());
  CHECK(assumed.front().field == "sampling");
  CHECK(*got.evaluation.loss_weight == doctest::Approx(0.70).epsilon(0.01));
  REQUIRE(assumed.front().otherwise);
  fields.sampling = Sampling::balanced;
  const Recommendation balanced = advise(checked(fields));
  CHECK(assumed.front().otherwise->loss_weight == *balanced.evaluation.loss_weight);
  CHECK(assumed.front().otherwise->temperature == balanced.evaluation.temperature);
}

TEST_CASE("one image of each class: infeasible, with what to change") {
  const Recommendation got = advise(with_batch(1000, 1000));
  CHECK_FALSE(got.feasible);
  CHECK(mentions(got.what_would_help, "at least 2000 images"));
}

TEST_CASE("a dimension in which the target collapses is infeasible, and the help names the dimension") {
  Problem line = with_batch(2, 64);
  line.dimension = 1;
  const Recommendation got = advise(line);
  CHECK_FALSE(got.feasible);
  CHECK(mentions(got.what_would_help, "dimension of at least 2"));
}

TEST_CASE("a target above the simplex's variance is answered with the simplex") {
  const Recommendation got = advise(with_batch(10, 40), 0.95);
  CHECK_FALSE(got.feasible);
  CHECK(*got.evaluation.loss_weight == 1.0);
  CHECK(*got.evaluation.within_class_variance == doctest::Approx(*got.evaluation.max_within_class_variance));
  CHECK(mentions(got.what_would_help, "larger batch"));
}

TEST_CASE("unequal classes: the rarest class with pairs keeps its margin, and those that collapse are named") {
  ProblemFields fields;
  fields.class_counts = {5000, 2000, 500, 100};
  fields.batch_size = 760;
  fields.dimension = 128;
  const Recommendation got = advise(checked(fields));
  CHECK(mentions(got.why, "heuristic"));
  REQUIRE(got.evaluation.per_class.size() == 4);
  for (const ClassEvaluation& row : got.evaluation.per_class) {
    if (row.instances_in_batch >= 2) CHECK_FALSE(row.collapsed);
  }
}

TEST_CASE("the phase diagram is the evaluation of each of its points") {
  PhaseDiagramRequest request;
  request.problem = with_batch(10, 512);
  request.problem.dimension = 128;
  request.loss_weights = 9;
  request.temperatures = 7;
  const PhaseDiagram diagram = phase_diagram(request);
  REQUIRE(diagram.within_class_variance.size() == 9);
  for (std::size_t row = 0; row < 9; ++row) {
    REQUIRE(diagram.within_class_variance[row].size() == 7);
    for (std::size_t column = 0; column < 7; ++column) {
      const Evaluation at = evaluate({request.problem, diagram.loss_weights[row], diagram.temperatures[column]});
      CHECK(diagram.within_class_variance[row][column] ==
            doctest::Approx(*at.estimated_within_class_variance).epsilon(1e-6));
      CHECK(diagram.boundary[column] == at.loss_weight_threshold);
      CHECK(std::max(0.0, diagram.view_split_boundary[column]) == at.view_split_loss_weight.value_or(0));
    }
  }
  CHECK(diagram.loss_weights.front() == request.min_loss_weight);
  CHECK(diagram.loss_weights.back() == request.max_loss_weight);
  CHECK(diagram.temperatures.front() == doctest::Approx(request.min_temperature));
  CHECK(diagram.temperatures.back() == doctest::Approx(request.max_temperature));
}

TEST_CASE("a loss weight held too high is told to be lowered, not raised") {
  Problem pair = with_batch(2, 256);
  pair.dimension = 128;
  for (const Problem& problem : {pair, with_batch(10, 512), with_batch(10, 512, Convention::anchor_included)}) {
    const Recommendation got = advise(problem, {}, 1.0);
    CHECK_FALSE(got.feasible);
    CHECK(mentions(got.what_would_help, "Lower the loss weight"));
    CHECK_FALSE(mentions(got.what_would_help, "Raise"));
    CHECK_FALSE(mentions(got.what_would_help, "larger batch"));
    CHECK(got.evaluation.temperature >= 0.02);
    CHECK(got.evaluation.sensitivity->within_per_loss_weight < 1e12);
  }
}

TEST_CASE("a loss weight held too low is told a bound that holds when it is typed") {
  for (const Problem& problem : {with_batch(100, 256), with_batch(10, 512), with_batch(100, 512)}) {
    const Recommendation low = advise(problem, {}, 1e-3);
    CHECK_FALSE(low.feasible);
    REQUIRE(mentions(low.what_would_help, "Raise the loss weight to at least "));
    for (const std::string& sentence : low.what_would_help) {
      const std::string words = "Raise the loss weight to at least ";
      const std::size_t at = sentence.find(words);
      if (at == std::string::npos) continue;
      CAPTURE(sentence);
      CHECK(advise(problem, {}, std::stod(sentence.substr(at + words.size()))).feasible);
    }
  }
}

TEST_CASE("a remedy never asks for a target below 0 and names a temperature on the right side") {
  RandomProblems random(91);
  for (int trial = 0; trial < 300; ++trial) {
    const Convention convention = trial % 3 == 0 ? Convention::dcl : random.convention();
    const Problem problem = with_batch(random.log_integer(2, 60), 2 * random.log_integer(60, 400), convention,
                                       trial % 2 == 0 ? Sampling::random : Sampling::balanced);
    const double target = random.uniform(0.02, 0.98);
    const double temperature = random.log_uniform(0.005, 20);
    CAPTURE(trial);
    const Recommendation warm = advise(problem, target, {}, temperature);
    for (const std::string& sentence : warm.what_would_help) {
      const std::string words = " temperature reaches it: the smallest loss weight is at ";
      const std::size_t at = sentence.find(words);
      if (at == std::string::npos) continue;
      const double told = std::stod(sentence.substr(at + words.size()));
      CHECK((sentence.rfind("A lower", 0) == 0 ? told < temperature : told > temperature));
      CHECK(advise(problem, target, {}, told).feasible);
    }
    const double loss_weight = random.uniform(0, 1);
    const Recommendation held = advise(problem, target, loss_weight);
    CHECK_FALSE(mentions(held.what_would_help, "A target below 0 "));
    for (const std::string& sentence : held.what_would_help) {
      CAPTURE(sentence);
      if (sentence.rfind("Lower the loss weight: ", 0) == 0) CHECK(std::stod(sentence.substr(23)) < loss_weight);
      if (sentence.rfind("Raise the loss weight to at least ", 0) == 0) {
        CHECK(std::stod(sentence.substr(34)) > loss_weight);
      }
    }
  }
}

TEST_CASE("a temperature is not said to be lowered to itself") {
  RandomProblems random(92);
  for (int trial = 0; trial < 400; ++trial) {
    const Problem problem = with_batch(random.log_integer(2, 100), 2 * random.log_integer(60, 1000),
                                       random.convention(), trial % 2 == 0 ? Sampling::random : Sampling::balanced);
    for (const std::string& sentence : advise(problem, random.uniform(0.05, 0.6)).why) {
      const std::string words = "the temperature is lowered to ";
      const std::size_t at = sentence.find(words);
      if (at == std::string::npos) continue;
      CAPTURE(sentence);
      const std::size_t from = sentence.find("at temperature ") + 15;
      CHECK(std::stod(sentence.substr(at + words.size())) < std::stod(sentence.substr(from)));
    }
  }
}

TEST_CASE("below a dimension per class the target is not promised in closed form") {
  ProblemFields fields;
  fields.classes = 200;
  fields.classes_per_batch = 16;
  fields.batch_size = 64;
  fields.dimension = 16;
  Problem problem = checked(fields);
  for (const auto temperature : {std::optional<double>(), std::optional(0.17)}) {
    const Recommendation got = advise(problem, {}, {}, temperature);
    CHECK_FALSE(mentions(got.why, "closed form"));
    if (got.feasible) CHECK(mentions(got.why, "only a guide"));
  }
  problem.dimension = 4096;
  CHECK(mentions(advise(problem).why, "estimate that holds"));
}

TEST_CASE("supcon_in is told the loss weight beside it that has the target, and a given one is not called collapse") {
  const Problem problem = balanced(60, 4, Convention::supcon_in);
  const Recommendation alone = advise(problem);
  const std::string words = "Mixed with a self-supervised term of loss weight ";
  REQUIRE(mentions(alone.what_would_help, words));
  for (const std::string& sentence : alone.what_would_help) {
    if (sentence.rfind(words, 0) != 0) continue;
    const double loss_weight = std::stod(sentence.substr(words.size()));
    CHECK(*evaluate({problem, loss_weight, alone.evaluation.temperature}).within_class_variance ==
          doctest::Approx(0.3).epsilon(0.01));
  }
  const Recommendation mixed = advise(problem, {}, 0.5);
  CHECK_FALSE(mixed.evaluation.collapsed);
  CHECK_FALSE(mentions(mixed.why, "no within-class variance can be reached"));
}
