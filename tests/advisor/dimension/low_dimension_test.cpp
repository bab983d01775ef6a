#include "advisor/dimension/low_dimension.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "advisor/dimension/class_means.h"
#include "advisor/model/balanced_batch.h"
#include "tests/advisor/free_embeddings.h"
#include "tests/advisor/problems.h"
#include "tests/advisor/reference_vectors.h"

namespace ssem::advisor::test {
namespace {

LowDimensionInput batch_of(double classes, double images, std::int64_t dimension, double temperature,
                           double own_image_share = 1) {
  LowDimensionInput input;
  input.classes = classes;
  input.instances_per_class = images;
  input.dataset_share = (images - 1) / images;
  input.own_image_share = own_image_share;
  input.dimension = dimension;
  input.temperature = temperature;
  return input;
}

// The largest within-class variance after descent from collapsed classes that were shaken a little.
double variance_from_collapse(const LowDimensionInput& input, double loss_weight) {
  const auto classes = static_cast<Eigen::Index>(input.classes);
  CollapsedLoss loss;
  loss.weight = Eigen::VectorXd::Constant(classes, 1 / input.classes);
  loss.own = Eigen::VectorXd::Constant(classes, input.instances_per_class - 1 + input.own_image_share);
  loss.mass = Eigen::VectorXd::Constant(classes, input.instances_per_class);
  loss.dimension = input.dimension;
  loss.temperature = input.temperature;
  FreeEmbeddings free;
  free.counts.assign(static_cast<std::size_t>(classes), static_cast<int>(input.instances_per_class));
  free.dimension = static_cast<int>(input.dimension);
  free.own_image_share = input.own_image_share;
  free.loss_weight = loss_weight;
  free.temperature = input.temperature;
  const Eigen::MatrixXd means = place_class_means(loss, 3, 4000).directions;
  const std::vector<double> found = free.variances(free.minimised(free.collapsed(means, 0.02, 5)));
  return *std::max_element(found.begin(), found.end());
}

}  // namespace

TEST_CASE("with m - 1 dimensions the placed means give the closed tangent threshold") {
  RandomProblems random(21);
  for (int i = 0; i < 60; ++i) {
    const auto classes = static_cast<double>(random.log_integer(3, 12));
    const auto images = static_cast<double>(random.log_integer(2, 40));
    LowDimensionInput input = batch_of(classes, images, static_cast<std::int64_t>(classes) - 1,
                                       random.log_uniform(0.05, 5), i % 2 == 0 ? 1 : 0.5);
    const double dataset = i % 3 == 0 ? images : images * random.log_uniform(1, 100);
    input.dataset_share = (dataset - 1) / dataset;
    const BalancedBatch batch(classes, images, classes, dataset, 2, input.own_image_share);
    const LowDimensionBoundary boundary = low_dimension_boundary(input);
    CAPTURE(i);
    CHECK(boundary.converged);
    CHECK_FALSE(boundary.estimated);
    CHECK(boundary.one_minus_loss_weight_threshold ==
          doctest::Approx(batch.tangent_loss_weight_threshold(input.temperature).one_minus).epsilon(1e-5));
  }
}

TEST_CASE("every brute-force minimum below m - 1 dimensions is on its side of the boundary") {
  int cases = 0;
  for (const auto& row : reference_cases("free_embedding_minima.json")) {
    if (row.at("loss_weight").is_null()) continue;
    const Problem problem = problem_of(row);
    if (*problem.dimension >= problem.classes - 1) continue;
    const LowDimensionInput input =
        batch_of(static_cast<double>(problem.classes), static_cast<double>(problem.instances_per_class),
                 *problem.dimension, value_of(row.at("temperature")), problem.own_image_share());
    const LowDimensionBoundary boundary = low_dimension_boundary(input);
    const bool collapsed = value_of(row.at("within_class_variance")) < 1e-6;
    CAPTURE(row.dump());
    CHECK(collapsed == (value_of(row.at("loss_weight")) <= boundary.loss_weight_threshold));
    CHECK(boundary.collapsed_loss + std::log(static_cast<double>(problem.views)) ==
          doctest::Approx(value_of(row.at("min_loss"))).epsilon(1e-7));
    ++cases;
  }
  CHECK(cases == 5);
}

TEST_CASE("free embeddings stay collapsed just below the boundary and come apart just above it") {
  struct Case {
    double classes, images, temperature, own_image_share;
    std::int64_t dimension;
  };
  const std::vector<Case> cases = {
      {6, 3, 0.3, 1, 4}, {6, 3, 0.2, 0.5, 3}, {5, 4, 0.15, 1, 2}, {8, 2, 0.25, 0.5, 5}, {7, 3, 0.4, 1, 5}};
  for (const Case& c : cases) {
    const LowDimensionInput input = batch_of(c.classes, c.images, c.dimension, c.temperature, c.own_image_share);
    const LowDimensionBoundary boundary = low_dimension_boundary(input);
    const double below = boundary.loss_weight_threshold - 0.05 * boundary.one_minus_loss_weight_threshold;
    const double above = boundary.loss_weight_threshold + 0.05 * boundary.one_minus_loss_weight_threshold;
    CAPTURE(c.classes);
    CAPTURE(c.dimension);
    CHECK(variance_from_collapse(input, below) < 1e-6);
    CHECK(variance_from_collapse(input, above) > 1e-4);
  }
}

TEST_CASE("on a circle the means of a polygon decide, in one dimension every loss weight below 1 collapses") {
  const LowDimensionInput circle = batch_of(9, 4, 2, 0.1);
  double plain = 0, along = 0, bend = 0;
  for (int c = 1; c < 9; ++c) {
    const double angle = 2 * 3.141592653589793 * c / 9;
    const double q = std::exp((std::cos(angle) - 1) / circle.temperature);
    plain += q;
    along += q * std::cos(angle);
    bend += q * std::sin(angle) * std::sin(angle);
  }
  const double denominator = 4 + 4 * plain;
  const double want = 3 / denominator + 0.75 * (4 * along - 4 * bend / circle.temperature) / denominator;
  CHECK(low_dimension_boundary(circle).one_minus_loss_weight_threshold == doctest::Approx(want).epsilon(1e-8));

  const LowDimensionInput line = batch_of(9, 4, 1, 0.1);
  CHECK(low_dimension_boundary(line).loss_weight_threshold == 1);
  CHECK(low_dimension_temperature_threshold(line, 0.999) == 0);
  CHECK(std::isinf(low_dimension_temperature_threshold(line, 1)));
}

TEST_CASE("the threshold lies above the simplex one and rises with the temperature") {
  for (const std::int64_t dimension : {3, 6, 10}) {
    double last = 0;
    for (const double temperature : {0.03, 0.06, 0.12, 0.25, 0.5, 1.0, 2.0}) {
      const LowDimensionInput input = batch_of(14, 5, dimension, temperature, 0.5);
      const LowDimensionBoundary boundary = low_dimension_boundary(input);
      const BalancedBatch simplex(14, 5, 14, 5, 2, 0.5);
      CAPTURE(dimension);
      CAPTURE(temperature);
      CHECK(boundary.loss_weight_threshold >= simplex.loss_weight_threshold(temperature).value - 1e-9);
      CHECK(boundary.loss_weight_threshold >= last - 1e-6);
      last = boundary.loss_weight_threshold;
    }
  }
}

TEST_CASE("anchor_included collapses up to 1/n in every low dimension") {
  RandomProblems random(22);
  for (int i = 0; i < 60; ++i) {
    const auto classes = static_cast<double>(random.log_integer(4, 24));
    const auto images = static_cast<double>(random.log_integer(2, 50));
    LowDimensionInput input =
        batch_of(classes, images, random.log_integer(2, classes - 1), random.log_uniform(0.01, 3));
    CAPTURE(i);
    CHECK(low_dimension_boundary(input).loss_weight_threshold >= 1 / images - 1e-9);
    input.estimate_only = true;
    CHECK(low_dimension_boundary(input).loss_weight_threshold >= 1 / images - 1e-9);
  }
}

TEST_CASE("the temperature threshold inverts the loss weight threshold") {
  for (const double loss_weight : {0.3, 0.6, 0.9}) {
    for (const std::int64_t dimension : {4, 6}) {
      LowDimensionInput input = batch_of(8, 5, dimension, 1, 0.5);
      input.temperature = low_dimension_temperature_threshold(input, loss_weight);
      CAPTURE(loss_weight);
      CAPTURE(dimension);
      CHECK(low_dimension_boundary(input).loss_weight_threshold == doctest::Approx(loss_weight).epsilon(2e-3));
      input.estimate_only = true;
      input.temperature = low_dimension_temperature_threshold(input, loss_weight);
      CHECK(low_dimension_boundary(input).loss_weight_threshold == doctest::Approx(loss_weight).epsilon(1e-6));
    }
  }
  CHECK(low_dimension_temperature_threshold(batch_of(8, 5, 4, 1), 0.1) == 0);
}

TEST_CASE("the estimate is within 0.055 of the placed means where the dimension is not tiny") {
  for (const std::int64_t dimension : {10, 20, 30, 38}) {
    for (const double temperature : {0.05, 0.15, 0.4, 2.0}) {
      LowDimensionInput input = batch_of(40, 10, dimension, temperature, 0.5);
      const double placed = low_dimension_boundary(input).loss_weight_threshold;
      input.estimate_only = true;
      const LowDimensionBoundary estimate = low_dimension_boundary(input);
      CAPTURE(dimension);
      CAPTURE(temperature);
      CHECK(estimate.estimated);
      CHECK(std::abs(estimate.loss_weight_threshold - placed) < 0.055);
    }
  }
}

TEST_CASE("large problems are estimated, finite at every magnitude") {
  RandomProblems random(23);
  for (int i = 0; i < 3000; ++i) {
    const auto classes = static_cast<double>(random.log_integer(1000, 1e6));
    const LowDimensionInput input = batch_of(classes, static_cast<double>(random.log_integer(2, 1e6)),
                                             random.log_integer(2, classes - 2), random.log_uniform(1e-4, 1e4), 0.5);
    const LowDimensionBoundary boundary = low_dimension_boundary(input);
    CAPTURE(i);
    CHECK(boundary.estimated);
    CHECK(std::isfinite(boundary.loss_weight_threshold));
    CHECK(std::isfinite(boundary.collapsed_loss));
    CHECK((boundary.loss_weight_threshold >= -1e-9 && boundary.loss_weight_threshold < 1 + 1e-6));
    if (i % 50 == 0) CHECK(low_dimension_temperature_threshold(input, 0.5) >= 0);
  }
}

TEST_CASE("eight threads that share the cache get the answers of one") {
  std::vector<LowDimensionInput> inputs;
  for (int i = 0; i < 24; ++i) inputs.push_back(batch_of(7 + i % 3, 3 + i % 5, 3, 0.1 + 0.013 * i, 0.5));
  std::vector<std::vector<double>> answers(8, std::vector<double>(inputs.size()));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < answers.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::size_t at = (i + 3 * t) % inputs.size();
        answers[t][at] = low_dimension_boundary(inputs[at]).loss_weight_threshold;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<double>& answer : answers) CHECK(answer == answers.front());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CHECK(low_dimension_boundary(inputs[i]).loss_weight_threshold == answers.front()[i]);
  }
}

}  // namespace ssem::advisor::test
