// The closed forms against the loss computed over every pair of real embeddings.
#include "tests/advisor/explicit_loss.h"

#include <doctest/doctest.h>

#include "advisor/evaluation.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

constexpr Convention kAll[] = {Convention::anchor_included, Convention::anchor_excluded, Convention::dcl,
                               Convention::supcon,          Convention::supcon_in,       Convention::cross_view,
                               Convention::negatives_only};

std::int64_t views_for(Convention convention, RandomProblems& random) {
  return convention == Convention::cross_view ? 2 : random.log_integer(2, 4);
}

}  // namespace

TEST_CASE("the predicted loss is the loss of the predicted embeddings, in every convention") {
  RandomProblems random(1);
  for (int trial = 0; trial < 200; ++trial) {
    const Convention convention = kAll[trial % 7];
    const Problem problem =
        balanced(random.log_integer(2, 6), random.log_integer(2, 6), convention, views_for(convention, random));
    const double loss_weight = random.uniform(0, 1);
    const double temperature = random.log_uniform(0.05, 3);
    const Evaluation got = evaluate({problem, loss_weight, temperature});
    const auto embeddings =
        simplex_to_simplex(static_cast<int>(problem.classes), static_cast<int>(problem.instances_per_class),
                           static_cast<int>(problem.views), *got.within_class_variance);
    CAPTURE(name(convention));
    CAPTURE(loss_weight);
    CAPTURE(temperature);
    CHECK(*got.loss_value ==
          doctest::Approx(explicit_loss(embeddings, convention, got.loss_weight.value_or(0), temperature))
              .epsilon(1e-11));
    const auto collapsed =
        simplex_to_simplex(static_cast<int>(problem.classes), static_cast<int>(problem.instances_per_class),
                           static_cast<int>(problem.views), 0.0);
    CHECK(
        got.loss_ladder->collapsed ==
        doctest::Approx(explicit_loss(collapsed, convention, got.loss_weight.value_or(0), temperature)).epsilon(1e-11));
  }
}

TEST_CASE("no other variance on the simplex-to-simplex family has a lower loss than the predicted one") {
  RandomProblems random(2);
  for (int trial = 0; trial < 150; ++trial) {
    const Convention convention = kAll[trial % 3];
    const Problem problem =
        balanced(random.log_integer(2, 5), random.log_integer(2, 5), convention, views_for(convention, random));
    const double loss_weight = random.uniform(0, 1);
    const double temperature = random.log_uniform(0.05, 3);
    const Evaluation got = evaluate({problem, loss_weight, temperature});
    const int m = static_cast<int>(problem.classes);
    const int n = static_cast<int>(problem.instances_per_class);
    const int p = static_cast<int>(problem.views);
    const double most = *got.max_within_class_variance;
    for (const double share : {0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0}) {
      CAPTURE(share);
      CHECK(explicit_loss(simplex_to_simplex(m, n, p, share * most), convention, loss_weight, temperature) >=
            *got.loss_value - 1e-11);
    }
  }
}

TEST_CASE("all embeddings at one point have the ladder's all_equal loss") {
  RandomProblems random(3);
  for (int trial = 0; trial < 50; ++trial) {
    const Convention convention = kAll[trial % 7];
    const Problem problem =
        balanced(random.log_integer(2, 6), random.log_integer(2, 6), convention, views_for(convention, random));
    const double temperature = random.log_uniform(0.05, 3);
    const Evaluation got = evaluate({problem, 0.4, temperature});
    auto embeddings =
        simplex_to_simplex(static_cast<int>(problem.classes), static_cast<int>(problem.instances_per_class),
                           static_cast<int>(problem.views), 0.0);
    for (Embedding& e : embeddings) e.at = {1.0};
    CAPTURE(name(convention));
    CHECK(got.loss_ladder->all_equal ==
          doctest::Approx(explicit_loss(embeddings, convention, got.loss_weight.value_or(0), temperature))
              .epsilon(1e-12));
  }
}

TEST_CASE("random embeddings start near the ladder's initialisation value, in every convention") {
  std::mt19937_64 engine(4);
  std::normal_distribution<double> normal;
  const std::int64_t dimension = 128;
  for (const Convention convention : kAll) {
    Problem problem = balanced(10, 16, convention);
    problem.dimension = dimension;
    auto embeddings = simplex_to_simplex(10, 16, 2, 0.0);
    for (Embedding& e : embeddings) {
      e.at.assign(static_cast<std::size_t>(dimension), 0.0);
      double square = 0;
      for (double& x : e.at) {
        x = normal(engine);
        square += x * x;
      }
      for (double& x : e.at) x /= std::sqrt(square);
    }
    const Evaluation got = evaluate({problem, 0.5, 0.1});
    const double seen = explicit_loss(embeddings, convention, got.loss_weight.value_or(0), 0.1);
    CAPTURE(name(convention));
    CHECK(*got.loss_ladder->initialisation == doctest::Approx(seen).epsilon(0.02));
  }
}

TEST_CASE("a stuck training log is recognised: the classic plateaus are the ladder's all_equal values") {
  // Values users report, divided by temperature / base_temperature = 0.1 / 0.07.
  const struct {
    std::int64_t images;
    double seen;
  } reports[] = {{256, 8.909}, {64, 6.920}, {25, 5.5597}};
  for (const auto& report : reports) {
    const Problem problem = with_batch(2, report.images, Convention::supcon, Sampling::random);
    const Evaluation got = evaluate({problem, std::nullopt, 0.1});
    CHECK(got.loss_ladder->all_equal * 0.1 / 0.07 == doctest::Approx(report.seen).epsilon(2e-4));
  }
}
