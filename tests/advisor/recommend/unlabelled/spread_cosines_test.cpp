// The mean logarithm over evenly spread images against drawing them, and against free vectors that brute force spreads.
#include "advisor/recommend/unlabelled/spread_cosines.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "advisor/evaluate/random_log_sum.h"
#include "tests/advisor/free_embeddings.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

constexpr double kWithoutEnd = std::numeric_limits<double>::infinity();

struct Drawn {
  double mean = 0, error = 0;
};

// log(own + sum of kernels) of cosines drawn one by one: a normal vector's first coordinate over its length.
Drawn drawn(double own, int others, int dimension, double temperature, int times) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < times; ++i) {
    double total = own;
    for (int j = 0; j < others; ++j) {
      const double first = normal(engine);
      double length = first * first;
      for (int k = 1; k < dimension; ++k) {
        const double other = normal(engine);
        length += other * other;
      }
      total += std::exp((first / std::sqrt(length) - 1) / temperature);
    }
    const double value = std::log(total);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / times;
  return {mean, std::sqrt((squares / times - mean * mean) / times)};
}

// The least loss without labels of a batch that is the data set, over free vectors.
double brute_force(int images, int dimension, double temperature, double own) {
  FreeEmbeddings problem;
  problem.counts.assign(static_cast<std::size_t>(images), 1);
  problem.dimension = dimension;
  problem.own_image_share = own;
  problem.loss_weight = 1;
  problem.temperature = temperature;
  return problem.at(problem.global_minimum(4)).value;
}

}  // namespace

TEST_CASE("the mean logarithm over evenly spread images is that of images drawn one by one") {
  for (const double temperature : {0.05, 0.2, 1.0}) {
    for (const int dimension : {1, 2, 8, 32}) {
      for (const int others : {1, 15}) {
        CAPTURE(temperature);
        CAPTURE(dimension);
        CAPTURE(others);
        const Drawn seen = drawn(0.5, others, dimension, temperature, 4000);
        const double mean = SpreadCosines(kWithoutEnd, dimension, temperature).mean_log_sum(0.5, others);
        CHECK(std::abs(mean - seen.mean) < 4 * seen.error + 1e-6);
      }
    }
  }
}

TEST_CASE("with the anchor's own term whole it is what the loss ladder knows of random embeddings") {
  for (const double temperature : {0.05, 0.1, 0.5}) {
    for (const double dimension : {8.0, 128.0}) {
      const double known = mean_log_sum(255, dimension, temperature, true) - 1 / temperature;
      const double mean = SpreadCosines(kWithoutEnd, dimension, temperature).mean_log_sum(1, 255);
      CHECK(mean == doctest::Approx(known).epsilon(1e-3).scale(1));
    }
  }
}

TEST_CASE("images that fit on a simplex have the loss of the simplex, which brute force finds") {
  for (const double temperature : {0.1, 0.5}) {
    const SpreadCosines spread(6, 5, temperature);
    REQUIRE(spread.simplex());
    const double simplex = std::log(0.5 + 5 * std::exp(-(1 + 1.0 / 5) / temperature));
    CHECK(spread.mean_log_sum(0.5, 5) == doctest::Approx(simplex).epsilon(1e-12));
    CHECK(brute_force(6, 5, temperature, 0.5) == doctest::Approx(simplex).epsilon(1e-6));
    CHECK(spread.effective_share() == doctest::Approx(1));
  }
}

TEST_CASE("images in fewer dimensions end within 0.02 of the loss of evenly spread ones") {
  struct Setting {
    int images, dimension;
    double temperature;
  };
  for (const auto& [images, dimension, temperature] :
       {Setting{12, 4, 0.2}, Setting{12, 4, 0.5}, Setting{24, 8, 0.1}, Setting{24, 8, 0.3}, Setting{40, 3, 0.3},
        Setting{40, 20, 0.2}}) {
    CAPTURE(images);
    CAPTURE(dimension);
    CAPTURE(temperature);
    const double estimate = SpreadCosines(images, dimension, temperature).mean_log_sum(0.5, images - 1);
    const double least = brute_force(images, dimension, temperature, 0.5);
    MESSAGE(estimate << " against " << least);
    CHECK(std::abs(estimate - least) < 0.02);
  }
}

TEST_CASE("uniformity and the share of negatives that push follow from the moments of the sphere") {
  const double d = 64;
  // log E e^{x t} = x^2 / 2d - x^4 / 4 d^2 (d+2) + ... on the sphere.
  const auto log_mean = [&](double x) { return x * x / (2 * d) - std::pow(x, 4) / (4 * d * d * (d + 2)); };
  const SpreadCosines spread(kWithoutEnd, d, 0.5);
  CHECK(spread.uniformity() == doctest::Approx(-4 + log_mean(4)).epsilon(1e-5));
  CHECK(std::log(spread.effective_share()) == doctest::Approx(2 * log_mean(2) - log_mean(4)).epsilon(1e-3));
  CHECK(spread.log_mean_kernel(0.5) == doctest::Approx(-1 + log_mean(2)).epsilon(1e-4));
}

TEST_CASE("two points on a line and one other: the mean of two logarithms, however far apart") {
  for (const double temperature : {1e-4, 0.1, 10.0}) {
    const SpreadCosines line(kWithoutEnd, 1, temperature);
    CHECK(line.mean_log_sum(0, 1) == doctest::Approx(-1 / temperature));  // cosines 1 and -1, half each
  }
}

TEST_CASE("every size and temperature has a finite answer") {
  for (const double temperature : {1e-4, 1.0, 1e4}) {
    for (const double dimension : {1.0, 2.0, 2147483647.0}) {
      for (const double images : {2.0, 1e12, kWithoutEnd}) {
        const SpreadCosines spread(images, dimension, temperature);
        CHECK(std::isfinite(spread.mean_log_sum(0.5, 1)));
        CHECK(std::isfinite(spread.mean_log_sum(0, 1e12)));
        CHECK(std::isfinite(spread.uniformity()));
        CHECK(spread.effective_share() <= doctest::Approx(1));
      }
    }
  }
}
