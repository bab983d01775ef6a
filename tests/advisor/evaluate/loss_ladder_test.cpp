#include "advisor/evaluate/loss_ladder.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

Problem unequal(std::vector<std::int64_t> counts, std::int64_t dimension,
                Convention convention = Convention::anchor_excluded) {
  ProblemFields fields;
  fields.class_counts = std::move(counts);
  fields.dimension = dimension;
  fields.convention = convention;
  return checked(fields);
}

}  // namespace

TEST_CASE("plain SupCon's rungs are not scaled in random batches: an anchor's own views are always positives") {
  for (const Convention convention : {Convention::supcon, Convention::supcon_in}) {
    Problem problem = with_batch(100, 256, convention, Sampling::random);
    problem.dimension = 128;
    const Evaluation got = evaluate({problem, std::nullopt, 0.07});
    CAPTURE(name(convention));
    CHECK(got.loss_ladder->all_equal == doctest::Approx(std::log(511.0)).epsilon(1e-12));
    // Own views have a cosine of random mean 0, so that without the exponentials of the positives 7.026 is left.
    if (convention == Convention::supcon)
      CHECK(*got.loss_ladder->initialisation == doctest::Approx(7.026).epsilon(1e-3));
  }
}

TEST_CASE("the ladder in random batches is that of batches drawn at random, in every convention and reduction") {
  // Drawn: 4000 batches of 24 images of 6 classes, 2 views, dimension 16, temperature 0.3, loss weight 0.4.
  constexpr Reduction kAnchors = Reduction::anchor_mean;
  constexpr Reduction kPairs = Reduction::pair_mean;
  const struct {
    Convention convention;
    Reduction reduction;
    double initialisation, all_equal, collapsed;
  } drawn[] = {
      {Convention::anchor_excluded, kAnchors, 4.1458, 3.8148, 2.1520},
      {Convention::anchor_excluded, kPairs, 4.1836, 3.8501, 2.2709},
      {Convention::anchor_included, kAnchors, 3.8332, 3.8357, 2.2668},
      {Convention::anchor_included, kPairs, 3.8743, 3.8712, 2.3761},
      {Convention::supcon, kAnchors, 4.1828, 3.8501, 2.1576},
      {Convention::supcon, kPairs, 4.1827, 3.8501, 2.3247},
      {Convention::supcon_in, kAnchors, 3.9022, 3.8501, 2.1576},
      {Convention::dcl, kAnchors, 4.1243, 3.7935, 2.0175},
      {Convention::dcl, kPairs, 4.1619, 3.8286, 2.1495},
  };
  for (const auto& row : drawn) {
    Problem problem = with_batch(6, 24, row.convention, Sampling::random);
    problem.dimension = 16;
    problem.reduction = row.reduction;
    const Evaluation got =
        evaluate({problem, has_fixed_loss_weight(row.convention) ? std::nullopt : std::optional(0.4), 0.3});
    CAPTURE(name(row.convention));
    CAPTURE(name(row.reduction));
    CHECK(std::abs(*got.loss_ladder->initialisation - row.initialisation) < 0.004);
    CHECK(std::abs(got.loss_ladder->all_equal - row.all_equal) < 0.002);
    CHECK(std::abs(*got.loss_ladder->collapsed - row.collapsed) < 0.003);
    if (has_fixed_loss_weight(row.convention)) CHECK(std::abs(*got.loss_value - row.collapsed) < 0.003);
  }
}

TEST_CASE("where anchors lack positives pair_mean's rungs are means over the pairs there are") {
  // One view, 4 images of 5 classes: of a pair's two other images none, one or both are of its class.
  Problem problem = with_batch(5, 4, Convention::supcon, Sampling::random);
  problem.views = 1;
  problem.reduction = Reduction::pair_mean;
  problem.dimension = 16;
  const LossLadder got = *evaluate({problem, std::nullopt, 1}).loss_ladder;
  const double other = std::exp(-1.25);
  CHECK(*got.collapsed ==
        doctest::Approx(0.64 * std::log(1 + 2 * other) + 0.32 * std::log(2 + other) + 0.04 * std::log(3)));
  CHECK(got.all_equal == doctest::Approx(std::log(3)));
  CHECK(*got.initialisation > got.all_equal);
}

TEST_CASE("random embeddings start above the Gaussian formula's range too: temperature 0.01 to 0.05") {
  // Monte Carlo of 512 images, 2 views.
  const struct {
    std::int64_t dimension;
    double temperature, initialisation;
  } drawn[] = {{128, 0.05, 8.466}, {128, 0.02, 15.05}, {128, 0.01, 28.67}, {768, 0.001, 117.0}};
  for (const auto& row : drawn) {
    Problem problem = with_batch(8, 512);
    problem.dimension = row.dimension;
    CHECK(*evaluate({problem, 0.5, row.temperature}).loss_ladder->initialisation ==
          doctest::Approx(row.initialisation).epsilon(2e-3));
  }
}

TEST_CASE("unequal classes have a ladder: one point and random embeddings do not depend on the counts") {
  const Evaluation got = evaluate({unequal({96, 32}, 16), 0.02, 0.1});
  REQUIRE(got.loss_ladder.has_value());
  CHECK(got.loss_ladder->all_equal == doctest::Approx(std::log(255.0)).epsilon(1e-12));
  CHECK(*got.loss_ladder->initialisation == doctest::Approx(*evaluate({[] {
                                                                         Problem problem = balanced(2, 64);
                                                                         problem.dimension = 16;
                                                                         return problem;
                                                                       }(),
                                                                       0.02, 0.1})
                                                                 .loss_ladder->initialisation)
                                                .epsilon(1e-12));
}

TEST_CASE("unequal classes collapse to the loss that free class means reach") {
  // Class means placed by L-BFGS over unit vectors, every pair summed.
  const struct {
    std::vector<std::int64_t> counts;
    std::int64_t dimension;
    double temperature, collapsed;
  } placed[] = {{{12, 8, 4}, 8, 0.3, 2.8090834464},
                {{20, 4}, 8, 0.1, 3.3772863990},
                {{6, 5, 4, 3}, 8, 0.5, 2.3191419053},
                {{6, 5, 4, 3, 2}, 2, 0.5, 2.4678187271}};
  for (const auto& row : placed) {
    for (const Convention convention : {Convention::anchor_excluded, Convention::supcon, Convention::supcon_in}) {
      const Evaluation got =
          evaluate({unequal(row.counts, row.dimension, convention),
                    has_fixed_loss_weight(convention) ? std::nullopt : std::optional(0.02), row.temperature});
      CAPTURE(name(convention));
      CHECK(*got.loss_ladder->collapsed == doctest::Approx(row.collapsed).epsilon(row.dimension < 3 ? 5e-4 : 1e-6));
    }
  }
  CHECK_FALSE(evaluate({unequal({12, 8, 4}, 8), 0.5, 0.1}).loss_ladder->optimum.has_value());
  const Evaluation collapsed = evaluate({unequal({12, 8, 4}, 8), 0.01, 0.1});
  CHECK(*collapsed.loss_ladder->optimum == *collapsed.loss_ladder->collapsed);
}
