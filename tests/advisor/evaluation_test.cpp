#include "advisor/evaluation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

bool warns(const Evaluation& evaluation, const std::string& code) {
  return std::any_of(evaluation.warnings.begin(), evaluation.warnings.end(),
                     [&](const Warning& warning) { return warning.code == code; });
}

Problem in_dimension(Problem problem, std::int64_t dimension) {
  problem.dimension = dimension;
  return problem;
}

}  // namespace

TEST_CASE("a batch with one image of each class is an answer with a warning") {
  for (const Convention convention : {Convention::anchor_excluded, Convention::anchor_included, Convention::dcl,
                                      Convention::supcon, Convention::supcon_in}) {
    const Evaluation got = evaluate({balanced(10, 1, convention), 0.5, 0.1});
    CAPTURE(name(convention));
    CHECK(*got.within_class_variance == 0);
    CHECK(got.collapsed);
    CHECK(warns(got, "no_same_class_pairs"));
    CHECK(std::isfinite(*got.loss_value));
  }
}

TEST_CASE("plain SupCon collapses at every temperature and its batch fixes the loss weight") {
  for (const double temperature : {1e-4, 0.01, 0.1, 1.0, 1e4}) {
    const Evaluation got = evaluate({balanced(10, 50, Convention::supcon), std::nullopt, temperature});
    CHECK(got.collapsed);
    CHECK(got.temperature_threshold == 0);
    CHECK(*got.loss_weight == doctest::Approx(1.0 / 99));
    CHECK_FALSE(got.view_split);
    CHECK_FALSE(warns(got, "loss_weight_ignored"));
  }
  CHECK(warns(evaluate({balanced(10, 50, Convention::supcon), 0.5, 0.1}), "loss_weight_ignored"));
  CHECK_FALSE(warns(evaluate({balanced(10, 50, Convention::supcon_in), 0.0, 0.1}), "loss_weight_ignored"));
}

TEST_CASE("the dimension decides which part of the theory holds") {
  const Problem problem = balanced(10, 50);
  const auto regime = [&](std::int64_t dimension) {
    return *evaluate({in_dimension(problem, dimension), 0.5, 0.1}).dimension_regime;
  };
  CHECK(regime(499) == DimensionRegime::exact);
  CHECK(regime(498) == DimensionRegime::boundary_exact);
  CHECK(regime(10) == DimensionRegime::boundary_exact);
  CHECK(regime(9) == DimensionRegime::tangent_only);
  CHECK(regime(8) == DimensionRegime::no_simplex);
  CHECK_FALSE(evaluate({problem, 0.5, 0.1}).dimension_regime.has_value());
  CHECK(warns(evaluate({problem, 0.5, 0.1}), "dimension_not_given"));
}

TEST_CASE("a data set raises the dimension that exactness needs") {
  Problem problem = in_dimension(balanced(10, 50), 499);
  problem.dataset_instances_per_class = 5000;
  CHECK(*evaluate({problem, 0.5, 0.1}).dimension_regime == DimensionRegime::boundary_exact);
  problem.dimension = 49'999;
  CHECK(*evaluate({problem, 0.5, 0.1}).dimension_regime == DimensionRegime::exact);
}

TEST_CASE("in the exact regime the estimate is the model's variance, elsewhere it is close at customary sizes") {
  const Evaluation exact = evaluate({in_dimension(balanced(10, 50), 499), 0.5, 0.1});
  CHECK(*exact.estimated_within_class_variance == *exact.within_class_variance);
  const Evaluation usual = evaluate({in_dimension(balanced(10, 50), 128), 0.5, 0.1});
  const double ideal = usual.large_dimension->within_class_variance;
  CHECK(*usual.estimated_within_class_variance == doctest::Approx(ideal).epsilon(0.05));
  CHECK(*usual.estimated_within_class_variance != ideal);
}

TEST_CASE("where the estimate holds every number of an answer is its own") {
  RandomProblems random(71);
  for (int i = 0; i < 60; ++i) {
    ProblemFields fields;
    fields.classes = random.log_integer(3, 40);
    fields.dimension = *fields.classes + random.log_integer(1, 60);
    fields.convention = i % 5 == 0 ? Convention::dcl : random.convention();
    if (i % 2 == 0) {
      fields.batch_size = *fields.classes * random.log_integer(2, 20);
    } else {
      fields.instances_per_class = random.log_integer(3, 20);
      if (i % 4 == 1) fields.dataset_instances_per_class = *fields.instances_per_class * random.log_integer(1, 100);
    }
    const Problem problem = checked(fields);
    const double temperature = random.log_uniform(0.05, 0.3), loss_weight = random.uniform(0.2, 0.95);
    const Evaluation got = evaluate({problem, loss_weight, temperature});
    if (got.collapsed || got.dimension_regime != DimensionRegime::boundary_exact) continue;
    CAPTURE(i);
    const double instances = problem.dataset_instances();
    const double share = std::isinf(instances) ? 1 : (instances - 1) / instances;
    CHECK(*got.within_class_variance == *got.estimated_within_class_variance);
    CHECK(*got.within_class_variance + *got.between_class_variance == doctest::Approx(1).epsilon(1e-12));
    CHECK(*got.within_class_similarity == doctest::Approx(1 - *got.within_class_variance / share).epsilon(1e-12));
    CHECK(*got.between_class_similarity * static_cast<double>(problem.classes - 1) ==
          doctest::Approx(-*got.between_class_variance).epsilon(1e-12));
    CHECK(got.loss_ladder->optimum == *got.loss_value);
    CHECK(*got.loss_value <= *got.loss_ladder->collapsed + 1e-12);
    // In fewer dimensions no embedding does better than the ideal one.
    CHECK(*got.loss_value >= got.large_dimension->loss_value - 2e-3 * std::abs(got.large_dimension->loss_value));
    const auto variance = [&](double weight, double t) {
      return *evaluate({problem, weight, t}).within_class_variance;
    };
    const double h = 1e-4;
    CHECK(got.sensitivity->within_per_loss_weight ==
          doctest::Approx((variance(loss_weight + h, temperature) - variance(loss_weight - h, temperature)) / (2 * h))
              .epsilon(2e-3));
    CHECK(std::abs(got.sensitivity->within_per_log_temperature - (variance(loss_weight, temperature * std::exp(h)) -
                                                                  variance(loss_weight, temperature * std::exp(-h))) /
                                                                     (2 * h)) < 2e-3);
  }
}

TEST_CASE("with base_temperature losses are as a library logs them") {
  Problem problem = with_batch(10, 512);
  const Evaluation plain = evaluate({problem, 0.5, 0.1});
  problem.base_temperature = 0.07;
  const Evaluation logged = evaluate({problem, 0.5, 0.1});
  CHECK(*logged.loss_value == doctest::Approx(*plain.loss_value * 0.1 / 0.07));
  CHECK(logged.loss_ladder->all_equal == doctest::Approx(std::log(1019) * 0.1 / 0.07));
  CHECK(*logged.within_class_variance == *plain.within_class_variance);
}

TEST_CASE("what a request did not say is in the answer, beside what the other sampler gives") {
  ProblemFields fields;
  fields.classes = 100;
  fields.batch_size = 256;
  const Evaluation got = evaluate_in_full({checked(fields), 0.3, 0.1});
  REQUIRE_FALSE(got.assumed.empty());
  CHECK(got.assumed.front().field == "sampling");
  CHECK(std::get<std::string>(got.assumed.front().value) == "random");
  REQUIRE(got.assumed.front().otherwise);
  CHECK(got.assumed.front().otherwise->value == "balanced");
  CHECK(got.assumed.front().otherwise->collapsed);  // two images of a class in a balanced batch
  CHECK_FALSE(got.collapsed);
  const Evaluation alone = evaluate({checked(fields), 0.3, 0.1});
  CHECK(alone.assumed.size() == got.assumed.size());
  CHECK_FALSE(alone.assumed.front().otherwise);
  fields.sampling = Sampling::random;
  fields.convention = Convention::anchor_excluded;
  fields.views = 2;
  fields.reduction = Reduction::anchor_mean;
  fields.dataset_instances_per_class = 500;
  CHECK(evaluate({checked(fields), 0.3, 0.1}).assumed.empty());
}

TEST_CASE("one view of each image is an answer: it collapses") {
  ProblemFields fields;
  fields.classes = 77;
  fields.batch_size = 128;
  fields.classes_per_batch = 16;
  fields.dimension = 128;
  fields.views = 1;
  const Evaluation got = evaluate({checked(fields), std::nullopt, 0.07});
  CHECK(got.collapsed);
  CHECK(*got.within_class_variance == 0);
  CHECK(got.loss_ladder->all_equal == doctest::Approx(std::log(127)));
  CHECK(warns(got, "no_self_supervised_positives"));
  CHECK_FALSE(got.view_split);
}

TEST_CASE("accumulated steps are said not to enlarge the batch") {
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 64;
  fields.accumulation_steps = 4;
  CHECK(warns(evaluate({checked(fields), 0.5, 0.1}), "accumulation_does_not_enlarge"));
}

TEST_CASE("dimension m - 1 raises the threshold, and its temperature threshold lies on it") {
  RandomProblems random(31);
  for (int trial = 0; trial < 200; ++trial) {
    const Problem roomy = balanced(random.log_integer(3, 1000), random.log_integer(2, 1000), random.convention());
    const Problem tight = in_dimension(roomy, roomy.classes - 1);
    const double temperature = random.log_uniform(0.05, 2);
    const Evaluation wide = evaluate({roomy, 0.5, temperature});
    const Evaluation narrow = evaluate({tight, 0.5, temperature});
    CHECK(narrow.loss_weight_threshold >= wide.loss_weight_threshold);
    const double edge = narrow.temperature_threshold;
    if (!(edge > 1e-3 && edge < 1e3)) continue;
    CHECK(evaluate({tight, 0.5, edge}).loss_weight_threshold == doctest::Approx(0.5).epsilon(1e-9));
  }
}

TEST_CASE("on a line every loss weight below 1 collapses, and 1 does not") {
  const Problem line = in_dimension(balanced(2, 50), 1);
  CHECK(evaluate({line, std::nextafter(1.0, 0.0), 0.1}).collapsed);
  CHECK(evaluate({line, 0.999, 0.1}).temperature_threshold == 0);
  CHECK_FALSE(evaluate({line, 1.0, 0.1}).collapsed);
  CHECK(evaluate({line, 1.0, 0.1}).temperature_threshold == std::numeric_limits<double>::infinity());
}

TEST_CASE("views of one image drift apart exactly below the view-split loss weight") {
  const Problem problem = balanced(3, 7, Convention::anchor_excluded, 4);
  const double split = *evaluate({problem, 0.5, 0.12}).view_split_loss_weight;
  REQUIRE(split > 0);
  CHECK(evaluate({problem, split * 0.999, 0.12}).view_split);
  CHECK(warns(evaluate({problem, split * 0.999, 0.12}), "view_split"));
  CHECK_FALSE(evaluate({problem, split * 1.001, 0.12}).view_split);
  CHECK_FALSE(evaluate({balanced(3, 7, Convention::anchor_included), 0.5, 0.12}).view_split_loss_weight.has_value());
}

TEST_CASE("loss weight 1 is never collapsed in the paper's setting and can be on a data set") {
  const Evaluation paper = evaluate({balanced(10, 4), 1.0, 1e4});
  CHECK_FALSE(paper.collapsed);
  CHECK(paper.temperature_threshold == std::numeric_limits<double>::infinity());
  CHECK(paper.margin.log_temperature == std::numeric_limits<double>::infinity());
  Problem data = balanced(10, 4);
  data.dataset_instances_per_class = 5000;
  const Evaluation large = evaluate({data, 1.0, 0.1});
  CHECK(large.temperature_threshold == doctest::Approx(3.865).epsilon(1e-3));
  CHECK(evaluate({data, 1.0, 3.9}).collapsed);
  CHECK_FALSE(evaluate({data, 1.0, 3.8}).collapsed);
}

TEST_CASE("loss weight 1 in a small dimension reports the mean over labellings and says so") {
  const Evaluation got = evaluate({in_dimension(balanced(10, 50), 64), 1.0, 0.1});
  CHECK(*got.estimated_within_class_variance == doctest::Approx(*got.max_within_class_variance).epsilon(1e-12));
  CHECK(warns(got, "variance_depends_on_labels"));
}

TEST_CASE("fewer classes per batch than classes change the answer and stay consistent on both sides") {
  Problem problem = balanced(100, 8);
  problem.classes_per_batch = 20;
  problem.batch_size = 160;
  problem.dataset_instances_per_class = 500;
  const Evaluation at = evaluate({problem, 0.5, 0.1});
  CHECK_FALSE(at.collapsed);
  CHECK(evaluate({problem, at.loss_weight_threshold * (1 - 1e-9), 0.1}).collapsed);
  CHECK_FALSE(evaluate({problem, at.loss_weight_threshold * (1 + 1e-6), 0.1}).collapsed);
  CHECK(evaluate({problem, 0.5, at.temperature_threshold * (1 + 1e-9)}).collapsed);
  CHECK_FALSE(evaluate({problem, 0.5, at.temperature_threshold * (1 - 1e-9)}).collapsed);
}

TEST_CASE("images that do not divide by the classes are named") {
  CHECK(warns(evaluate({with_batch(10, 512), 0.5, 0.1}), "batch_remainder"));
  CHECK_FALSE(warns(evaluate({with_batch(10, 510), 0.5, 0.1}), "batch_remainder"));
}

TEST_CASE("margins vanish on the threshold and grow away from it") {
  const Problem problem = balanced(10, 50);
  const double threshold = evaluate({problem, 0.5, 0.1}).loss_weight_threshold;
  CHECK(std::abs(evaluate({problem, threshold, 0.1}).margin.loss_weight_logit) < 1e-12);
  CHECK(evaluate({problem, 0.5, 0.1}).margin.loss_weight_logit >
        evaluate({problem, 0.2, 0.1}).margin.loss_weight_logit);
  CHECK(evaluate({problem, threshold / 2, 0.1}).margin.loss_weight_logit < 0);
}

TEST_CASE("equal class counts agree with the balanced problem, in any order the rows follow") {
  ProblemFields counted;
  counted.class_counts = std::vector<std::int64_t>(10, 50);
  counted.dimension = 600;
  const Evaluation even = evaluate({checked(counted), 0.5, 0.1});
  const Evaluation plain = evaluate({in_dimension(balanced(10, 50), 600), 0.5, 0.1});
  CHECK(even.loss_weight_threshold == doctest::Approx(plain.loss_weight_threshold).epsilon(1e-7));
  CHECK(even.temperature_threshold == doctest::Approx(plain.temperature_threshold).epsilon(1e-5));
  CHECK(even.collapsed == plain.collapsed);
  CHECK_FALSE(even.within_class_variance.has_value());
  CHECK(even.per_class.size() == 10);
  CHECK(warns(even, "per_class_only"));
}

TEST_CASE("plain SupCon where anchors differ in partners gives no loss weight to hold against a threshold") {
  Problem random = with_batch(100, 256, Convention::supcon, Sampling::random);
  random.dimension = 128;
  ProblemFields fields;
  fields.class_counts = {2063, 1215, 501, 363};
  fields.batch_size = 128;
  fields.convention = Convention::supcon;
  const Problem unequal = checked(fields);
  for (const Problem& problem : {random, unequal}) {
    for (const double temperature : {0.001, 0.06, 0.1, 2.0}) {
      const Evaluation got = evaluate({problem, std::nullopt, temperature});
      CHECK(got.collapsed);
      CHECK_FALSE(got.loss_weight.has_value());
      CHECK(got.loss_weight_threshold == 1);
      CHECK(got.one_minus_loss_weight_threshold == 0);
      CHECK(got.temperature_threshold == 0);
      CHECK(got.margin.loss_weight_logit == -std::numeric_limits<double>::infinity());
      CHECK(got.margin.log_temperature == -std::numeric_limits<double>::infinity());
      CHECK_FALSE(got.view_split_loss_weight.has_value());
      for (const ClassEvaluation& row : got.per_class) {
        CHECK(row.collapsed);
        CHECK(row.loss_weight_threshold == 1);
      }
      CHECK(warns(got, "always_collapses"));
    }
    const Evaluation given = evaluate({problem, 0.5, 0.1});
    const auto ignored = std::find_if(given.warnings.begin(), given.warnings.end(),
                                      [](const Warning& warning) { return warning.code == "loss_weight_ignored"; });
    REQUIRE(ignored != given.warnings.end());
    CHECK(ignored->message.find("acts like") == std::string::npos);
  }
}

TEST_CASE("collapsed if and only if the loss weight is at most the threshold and the temperature at least its own") {
  RandomProblems random(77);
  constexpr Convention kConventions[] = {Convention::anchor_excluded, Convention::anchor_included, Convention::supcon,
                                         Convention::supcon_in, Convention::dcl};
  for (int trial = 0; trial < 300; ++trial) {
    const Convention convention = kConventions[trial % 5];
    Problem problem = with_batch(random.log_integer(2, 60), 2 * random.log_integer(60, 400), convention,
                                 trial % 2 == 0 ? Sampling::random : Sampling::balanced);
    if (trial % 3 == 0) problem.dimension = random.log_integer(2, 200);
    const double temperature = random.log_uniform(0.02, 3);
    const Evaluation got = evaluate({problem, random.uniform(0, 1), temperature});
    CAPTURE(name(convention));
    CAPTURE(name(problem.sampling));
    if (got.loss_weight) CHECK(got.collapsed == (*got.loss_weight <= got.loss_weight_threshold));
    if (!got.loss_weight) CHECK((got.collapsed && got.loss_weight_threshold == 1));
    CHECK((got.margin.loss_weight_logit > 0) == !got.collapsed);
    if (problem.sampling == Sampling::balanced || got.dimension_regime != DimensionRegime::no_simplex) {
      CHECK(got.collapsed == (temperature >= got.temperature_threshold));
    }
  }
}

TEST_CASE("a threshold that no loss weight lies below is absent, and none is a rounding above 1") {
  RandomProblems random(78);
  for (int trial = 0; trial < 500; ++trial) {
    const Problem problem = random.problem(1e4);
    const Evaluation got = evaluate({problem, random.uniform(0, 1), random.log_uniform(1e-3, 1e4)});
    if (got.view_split_loss_weight) CHECK(*got.view_split_loss_weight > 0);
    const double above = got.loss_weight_threshold - 1;
    CHECK((above <= 0 || above > 1e-15));
  }
  CHECK_FALSE(evaluate({with_batch(2, 16), 0.5, 5.0}).view_split_loss_weight.has_value());
}

TEST_CASE("a temperature at which libraries lose their digits in single precision is warned of") {
  CHECK(warns(evaluate({balanced(10, 50), 0.5, 0.001}), "temperature_below_safe"));
  CHECK_FALSE(warns(evaluate({balanced(10, 50), 0.5, 0.05}), "temperature_below_safe"));
}
