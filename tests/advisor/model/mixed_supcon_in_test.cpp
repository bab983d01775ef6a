#include "advisor/model/mixed_supcon_in.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "advisor/evaluation.h"
#include "advisor/phase_diagram.h"
#include "tests/advisor/explicit_loss.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

TEST_CASE("supcon_in mixed with a self-supervised term has the brute-force variance and loss") {
  // Lowest of nine L-BFGS runs over free unit vectors for every view; the first three: another run, variance only.
  const struct {
    std::int64_t classes, instances, views;
    double temperature, loss_weight, loss, variance;
  } minima[] = {
      {60, 4, 2, 0.1, 0.1, 0, 0.568},          {60, 4, 2, 0.2, 0.1, 0, 0.0},
      {60, 4, 2, 0.2, 0.5, 0, 0.159},          {3, 4, 2, 0.1, 0.1, 1.751534, 0.6925},
      {3, 4, 2, 0.2, 0.1, 1.795395, 0.5343},   {3, 4, 2, 0.5, 0.5, 1.857056, 0.4615},
      {4, 3, 2, 0.1, 0.05, 1.529199, 0.5637},  {4, 3, 2, 0.3, 0.3, 1.450110, 0.4116},
      {5, 2, 2, 0.2, 0.2, 0.934027, 0.3933},   {2, 6, 2, 0.3, 0.3, 1.914386, 0.7079},
      {3, 4, 3, 0.2, 0.3, 1.934703, 0.6777},   {6, 4, 2, 0.2, 0.5, 1.172859, 0.6663},
      {3, 4, 2, 0.2, 0.005, 1.945943, 0.1231}, {3, 4, 2, 0.3, 0.05, 1.952282, 0.1534},
      {3, 4, 2, 1.0, 0.5, 2.357814, 0.0258},   {3, 4, 2, 1.0, 0.9, 2.204334, 0.6659},
      {2, 2, 4, 0.5, 0.5, 1.711180, 0.5296},   {10, 2, 2, 0.2, 0.1, 1.124657, 0.1254},
      {2, 8, 2, 0.5, 0.3, 2.539944, 0.5365},
  };
  for (const auto& row : minima) {
    const Problem problem = balanced(row.classes, row.instances, Convention::supcon_in, row.views);
    const Evaluation got = evaluate({problem, row.loss_weight, row.temperature});
    CAPTURE(row.classes);
    CAPTURE(row.temperature);
    CAPTURE(row.loss_weight);
    CHECK(std::abs(*got.within_class_variance - row.variance) < 6e-4);
    CHECK(got.collapsed == (row.variance == 0));
    if (row.loss > 0) CHECK(std::abs(*got.loss_value - row.loss) < 2e-6);
    CHECK(*got.loss_weight == row.loss_weight);
  }
}

TEST_CASE("the mixed loss is that of explicit embeddings, and no other variance of the family has a lower one") {
  RandomProblems random(5);
  for (int trial = 0; trial < 100; ++trial) {
    const Problem problem =
        balanced(random.log_integer(2, 5), random.log_integer(2, 5), Convention::supcon_in, random.log_integer(2, 4));
    const double loss_weight = random.uniform(0.01, 1);
    const double temperature = random.log_uniform(0.05, 3);
    const Evaluation got = evaluate({problem, loss_weight, temperature});
    const auto at = [&](double variance) {
      const auto embeddings =
          simplex_to_simplex(static_cast<int>(problem.classes), static_cast<int>(problem.instances_per_class),
                             static_cast<int>(problem.views), variance);
      return explicit_loss(embeddings, Convention::supcon_in, loss_weight, temperature);
    };
    CHECK(*got.loss_value == doctest::Approx(at(*got.within_class_variance)).epsilon(1e-11));
    CHECK(*got.loss_ladder->collapsed == doctest::Approx(at(0)).epsilon(1e-11));
    CHECK(*got.loss_ladder->optimum == *got.loss_value);
    for (const double share : {0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0}) {
      CHECK(at(share * *got.max_within_class_variance) >= *got.loss_value - 1e-11);
    }
  }
}

TEST_CASE(
    "the mixed loss collapses exactly up to its thresholds, in balanced and random batches, at every temperature") {
  RandomProblems random(6);
  for (int trial = 0; trial < 200; ++trial) {
    const Problem problem = with_batch(random.log_integer(2, 60), 2 * random.log_integer(60, 400),
                                       Convention::supcon_in, trial % 2 == 0 ? Sampling::random : Sampling::balanced);
    const double loss_weight = random.uniform(0.001, 1);
    const double temperature = random.log_uniform(1e-4, 10);
    const Evaluation got = evaluate({problem, loss_weight, temperature});
    CHECK(got.collapsed == (loss_weight <= got.loss_weight_threshold));
    CHECK(got.collapsed == (temperature >= got.temperature_threshold));
    CHECK(std::isfinite(*got.loss_value));
    CHECK(*got.within_class_variance <= *got.max_within_class_variance);
    CHECK(got.collapsed == (*got.within_class_variance == 0));
    if (got.collapsed || loss_weight > 0.999) continue;
    const SsemModel model(problem);
    CHECK(MixedSupconIn(problem, model).loss_weight_for(*got.within_class_variance, temperature).value ==
          doctest::Approx(loss_weight).epsilon(1e-6));
  }
}

TEST_CASE(
    "in fewer dimensions than images the mixed loss has the estimate's numbers: within 22 % of brute force, half as "
    "far as SSEM's") {
  // Lowest of five L-BFGS runs over free unit vectors, one per image, the views of an image together.
  const struct {
    std::int64_t classes, instances, dimension;
    double temperature, loss_weight, loss, variance;
  } minima[] = {{3, 4, 5, 0.2, 0.3, 1.470802, 0.5239},    {3, 4, 3, 0.2, 0.3, 1.596549, 0.3844},
                {4, 6, 8, 0.2, 0.3, 1.904971, 0.5210},    {4, 6, 4, 0.2, 0.3, 2.078382, 0.3561},
                {4, 6, 3, 0.2, 0.5, 1.986447, 0.2880},    {6, 5, 10, 0.15, 0.2, 1.833798, 0.5201},
                {6, 5, 6, 0.15, 0.4, 1.507928, 0.4631},   {6, 5, 5, 0.15, 0.5, 1.391948, 0.4204},
                {10, 4, 16, 0.15, 0.3, 1.459119, 0.5465}, {10, 4, 10, 0.15, 0.3, 1.507858, 0.4274},
                {10, 6, 32, 0.1, 0.1, 2.162355, 0.6546},  {10, 6, 20, 0.3, 0.5, 2.462847, 0.2839},
                {8, 8, 64, 0.15, 0.1, 2.529631, 0.5073},  {5, 8, 12, 0.1, 0.1, 2.441840, 0.6429},
                {8, 6, 7, 0.15, 0.5, 1.534807, 0.4723}};
  double sum = 0, ssem = 0;
  for (const auto& row : minima) {
    Problem problem = balanced(row.classes, row.instances, Convention::supcon_in);
    problem.dimension = row.dimension;
    const Evaluation got = evaluate({problem, row.loss_weight, row.temperature});
    CAPTURE(row.classes);
    CAPTURE(row.dimension);
    CHECK_FALSE(got.collapsed);
    CHECK(*got.within_class_variance == *got.estimated_within_class_variance);
    CHECK(*got.within_class_variance + *got.between_class_variance == doctest::Approx(1));
    CHECK(*got.loss_value == *got.loss_ladder->optimum);
    const double off = relative_error(*got.within_class_variance, row.variance);
    sum += off;
    ssem += relative_error(got.large_dimension->within_class_variance, row.variance);
    CHECK(off < 0.22);
    CHECK(std::abs(*got.loss_value - row.loss) < 0.041);
  }
  CHECK(sum < 0.13 * std::size(minima));
  CHECK(sum < 0.5 * ssem);
}

TEST_CASE("at dimension = classes - 1 the mixed loss collapses up to a higher loss weight, which its numbers know") {
  Problem problem = balanced(6, 5, Convention::supcon_in);
  problem.dimension = 6;
  const double roomy = evaluate({problem, 0.3, 0.4}).loss_weight_threshold;
  problem.dimension = 5;
  const Evaluation tight = evaluate({problem, 0.3, 0.4});
  CHECK(tight.loss_weight_threshold > roomy);
  for (const double above : {-1e-6, 1e-3}) {
    const Evaluation near = evaluate({problem, tight.loss_weight_threshold + above, 0.4});
    CHECK(near.collapsed == (above < 0));
    CHECK(near.collapsed == (*near.within_class_variance == 0));
    CHECK(near.collapsed == (0.4 >= near.temperature_threshold));
  }
}

TEST_CASE("where the mixed loss has no answer, a warning says so") {
  const auto codes = [](const Evaluation& evaluation) {
    return std::count_if(evaluation.warnings.begin(), evaluation.warnings.end(),
                         [](const Warning& warning) { return warning.code == "mixed_not_covered"; });
  };
  Problem small = balanced(6, 4, Convention::supcon_in);
  small.dimension = 3;
  const Evaluation guide = evaluate({small, 0.3, 0.2});
  CHECK(codes(guide) == 1);
  CHECK_FALSE(guide.estimated_within_class_variance.has_value());
  for (const std::int64_t dimension : {5, 6, 30}) {
    small.dimension = dimension;
    CHECK(codes(evaluate({small, 0.3, 0.2})) == 0);
  }
  ProblemFields fields;
  fields.class_counts = {50, 20, 5};
  fields.convention = Convention::supcon_in;
  CHECK(codes(evaluate({checked(fields), 0.3, 0.2})) == 1);
  CHECK(codes(evaluate({checked(fields), 0.0, 0.2})) == 0);
}

TEST_CASE("the phase diagram of supcon_in is that of the mixed loss") {
  PhaseDiagramRequest request;
  request.problem = balanced(60, 4, Convention::supcon_in);
  request.min_loss_weight = 0.1;
  request.loss_weights = 5;
  request.temperatures = 6;
  const PhaseDiagram diagram = phase_diagram(request);
  for (std::size_t row = 0; row < 5; ++row) {
    for (std::size_t column = 0; column < 6; ++column) {
      const Evaluation at = evaluate({request.problem, diagram.loss_weights[row], diagram.temperatures[column]});
      CHECK(diagram.within_class_variance[row][column] == doctest::Approx(*at.within_class_variance).epsilon(1e-12));
      CHECK(diagram.boundary[column] == at.loss_weight_threshold);
    }
  }
}
