// What is proved about the model, on thousands of random problems of every magnitude.
#include <doctest/doctest.h>

#include <cmath>

#include "advisor/evaluation.h"
#include "advisor/model/advised_model.h"
#include "advisor/numeric/log_math.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

constexpr int kTrials = 3000;

double variance(const Problem& problem, double loss_weight, double temperature) {
  const SsemModel model(problem);
  return model.within_class_variance(model.optimum(loss_weight, temperature), temperature);
}

// Threshold comparisons use the side that keeps its digits.
bool not_below(const LossWeight& a, const LossWeight& b) {
  return a.value >= b.value * (1 - 1e-12) && a.one_minus <= b.one_minus * (1 + 1e-12) + 1e-300;
}

}  // namespace

TEST_CASE("the loss-weight threshold rises with temperature, classes and views, and falls with instances") {
  RandomProblems random(11);
  for (int trial = 0; trial < kTrials; ++trial) {
    const Problem problem = random.problem(1e5);
    const double temperature = random.log_uniform(1e-3, 1e3);
    const LossWeight base = SsemModel(problem).loss_weight_threshold(temperature);
    CAPTURE(problem.classes);
    CAPTURE(problem.instances_per_class);
    CAPTURE(temperature);
    CHECK(not_below(SsemModel(problem).loss_weight_threshold(temperature * 1.3), base));
    Problem more = problem;
    more.classes = more.classes_per_batch = problem.classes + 1 + problem.classes / 3;
    CHECK(not_below(SsemModel(more).loss_weight_threshold(temperature), base));
    more = problem;
    more.instances_per_class = problem.instances_per_class + 1 + problem.instances_per_class / 3;
    CHECK(not_below(base, SsemModel(more).loss_weight_threshold(temperature)));
    more = problem;
    more.views = problem.views + 1;
    CHECK(not_below(SsemModel(more).loss_weight_threshold(temperature), base));
  }
}

TEST_CASE("the within-class variance rises with loss weight and instances, and falls with classes and views") {
  RandomProblems random(12);
  for (int trial = 0; trial < kTrials; ++trial) {
    const Problem problem = random.problem(1e5);
    const double temperature = random.log_uniform(1e-3, 1e1);
    const double loss_weight = random.uniform(0, 0.99);
    const double base = variance(problem, loss_weight, temperature);
    const double slack = 1e-12;
    CHECK(variance(problem, loss_weight + 0.01, temperature) >= base - slack);
    Problem more = problem;
    more.instances_per_class = problem.instances_per_class + 1 + problem.instances_per_class / 3;
    CHECK(variance(more, loss_weight, temperature) >= base - slack);
    more = problem;
    more.classes = more.classes_per_batch = problem.classes + 1 + problem.classes / 3;
    CHECK(variance(more, loss_weight, temperature) <= base + slack);
    more = problem;
    more.views = problem.views + 1;
    CHECK(variance(more, loss_weight, temperature) <= base + slack);
  }
}

TEST_CASE("a pair collapses below the threshold and not above it, on both axes") {
  RandomProblems random(13);
  for (int trial = 0; trial < kTrials; ++trial) {
    const Problem problem = random.problem(1e4);
    const double temperature = random.log_uniform(0.01, 1);
    const LossWeight threshold = SsemModel(problem).loss_weight_threshold(temperature);
    if (threshold.one_minus < 1e-9) continue;
    const double below = threshold.value * (1 - 1e-9);
    const double above = threshold.value + 1e-9 * threshold.one_minus;
    CHECK(evaluate({problem, below, temperature}).collapsed);
    CHECK_FALSE(evaluate({problem, above, temperature}).collapsed);
    const double loss_weight = threshold.value + 0.3 * threshold.one_minus;
    const double edge = SsemModel(problem).temperature_threshold(loss_weight);
    if (!(edge > 1e-4 && edge < 1e4)) continue;
    CHECK(evaluate({problem, loss_weight, edge * (1 + 1e-9)}).collapsed);
    CHECK_FALSE(evaluate({problem, loss_weight, edge * (1 - 1e-9)}).collapsed);
  }
}

TEST_CASE("the two thresholds are each other's inverse") {
  RandomProblems random(14);
  for (int trial = 0; trial < kTrials; ++trial) {
    const Problem problem = random.problem();
    const double temperature = random.log_uniform(0.05, 10);
    const SsemModel model(problem);
    const LossWeight threshold = model.loss_weight_threshold(temperature);
    // The digits of 1 - loss_weight bound what the round trip can keep, and at low temperature e^-x vanishes beside
    // kappa.
    const double m = static_cast<double>(problem.classes);
    const double q = std::exp(-m / ((m - 1) * temperature));
    if (threshold.one_minus < 1e-5 || static_cast<double>(problem.instances_per_class) * m * q < 1e-3) continue;
    CHECK(relative_error(model.temperature_threshold(threshold.value), temperature) < 1e-6);
  }
}

TEST_CASE("the loss weight for a variance gives that variance back") {
  RandomProblems random(15);
  for (int trial = 0; trial < kTrials; ++trial) {
    const Problem problem = random.problem();
    const SsemModel model(problem);
    const double temperature = random.log_uniform(0.02, 10);
    const double target = random.uniform(0.01, 0.98) * model.max_within_class_variance();
    const LossWeight needed = model.loss_weight_for(target, temperature);
    CHECK(needed.value > 0);
    CHECK(needed.one_minus > 0);
    if (needed.one_minus < 1e-6) continue;  // the loss weight as a double has too few digits left
    CHECK(relative_error(variance(problem, needed.value, temperature), target) < 1e-7);
  }
}

TEST_CASE("sensitivities are the slopes of the variance") {
  RandomProblems random(16);
  int compared = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const Problem problem = random.problem(1e4);
    const double temperature = random.log_uniform(0.03, 1);
    const double loss_weight = random.uniform(0.05, 0.95);
    const Evaluation at = evaluate({problem, loss_weight, temperature});
    if (at.collapsed || *at.within_class_variance < 1e-3) continue;
    const double step = 1e-5;
    const double per_weight =
        (variance(problem, loss_weight + step, temperature) - variance(problem, loss_weight - step, temperature)) /
        (2 * step);
    const double per_temperature = (variance(problem, loss_weight, temperature * std::exp(step)) -
                                    variance(problem, loss_weight, temperature * std::exp(-step))) /
                                   (2 * step);
    CHECK(at.sensitivity->within_per_loss_weight == doctest::Approx(per_weight).epsilon(1e-4));
    CHECK(std::abs(at.sensitivity->within_per_log_temperature - per_temperature) < 1e-5);
    ++compared;
  }
  CHECK(compared > 500);
}

TEST_CASE("every size and temperature gives finite numbers inside their ranges") {
  RandomProblems random(17);
  for (int trial = 0; trial < kTrials; ++trial) {
    Problem problem = random.problem();
    if (trial % 4 == 0) problem.convention = Convention::dcl;
    const double temperature = random.log_uniform(1e-4, 1e4);
    const double edges[] = {0, 1e-300, 1e-9, 0.5, 1 - 1e-9, std::nextafter(1.0, 0.0), 1, random.uniform(0, 1)};
    const Evaluation got = evaluate({problem, edges[trial % 8], temperature});
    CAPTURE(problem.classes);
    CAPTURE(problem.instances_per_class);
    CAPTURE(temperature);
    CAPTURE(edges[trial % 8]);
    CHECK(*got.within_class_variance >= 0);
    CHECK(*got.within_class_variance <= 1);
    CHECK(*got.within_class_similarity <= 1);
    CHECK(*got.within_class_similarity >= -1);
    CHECK(std::isfinite(*got.loss_value));
    CHECK(std::isfinite(got.loss_ladder->all_equal));
    CHECK(got.loss_weight_threshold >= 0);
    CHECK(got.loss_weight_threshold <= 1);
    CHECK(got.one_minus_loss_weight_threshold >= 0);
    CHECK(got.temperature_threshold >= 0);
    CHECK_FALSE(std::isnan(got.margin.loss_weight_logit));
    CHECK_FALSE(std::isnan(got.margin.log_temperature));
    CHECK(*got.loss_ladder->optimum <= *got.loss_ladder->collapsed + 1e-9 * std::abs(*got.loss_ladder->collapsed));
    CHECK((*got.within_class_variance > 0) == !got.collapsed);
  }
}

TEST_CASE("at loss weight 1 every image stands alike, in every convention, at every temperature") {
  RandomProblems random(19);
  for (int trial = 0; trial < kTrials; ++trial) {
    Problem problem = random.problem(1e4);
    if (trial % 2 == 0) problem.convention = Convention::dcl;
    const double temperature = random.log_uniform(1e-4, 1e2);
    const Evaluation got = evaluate({problem, 1.0, temperature});
    CAPTURE(problem.views);
    CAPTURE(temperature);
    CHECK(relative_error(*got.within_class_variance, *got.max_within_class_variance) < 1e-9);
    CHECK(std::abs(got.sensitivity->within_per_log_temperature) < 1e-9);
  }
}

TEST_CASE("low temperature follows the asymptote within its rigorous bounds") {
  RandomProblems random(18);
  for (int trial = 0; trial < 500; ++trial) {
    const Problem problem = random.problem(1e3);
    const SsemModel model(problem);
    const double loss_weight = random.uniform(0.6, 0.99);
    const double temperature = 1e-3;
    const double z = model.optimum(loss_weight, temperature);
    const double n = static_cast<double>(problem.instances_per_class);
    const double above = logit(loss_weight, 1 - loss_weight) + std::log((n - 1) / problem.own_image_share());
    if (above <= 0) continue;
    CHECK(z <= above * (1 + 1e-12));
    CHECK(z >= above * (1 - 1e-9));
  }
}
