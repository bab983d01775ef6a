#include "advisor/evaluate/random_log_sum.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using ssem::advisor::mean_log_sum;

namespace {

// Monte Carlo: cosines drawn from their exact density, 15 million of them a row.
struct Drawn {
  double dimension;
  double count;
  double temperature;
  double sum;          // E log of the sum
  double with_anchor;  // with the anchor's own term
  double error;        // standard error of `sum`
};
constexpr Drawn kDrawn[] = {
    {128, 1023, 0.05, 8.4662, 20.0000, 0.0010}, {128, 1023, 0.02, 15.0542, 50.0000, 0.0087},
    {128, 1023, 0.01, 28.671, 100.0000, 0.022}, {768, 1023, 0.001, 116.97, 1000.0, 0.10},
    {128, 511, 0.07, 7.0257, 14.2864, 0.0005},  {128, 511, 0.1, 6.6250, 10.0337, 0.0003},
    {2, 3, 0.1, 6.205, 10.275, 0.0072},         {2, 7, 2, 1.9991, 2.2020, 0.0002},
    {2, 3, 10, 1.1002, 1.4135, 0.0001},         {2, 8191, 1e-4, 10003.48, 10003.51, 0.0034},
    {2, 511, 0.3, 8.0933, 8.1019, 0.0004},      {3, 3, 1e-4, 4998.4, 10000.0, 6.1},
    {3, 8191, 1e-4, 9997.77, 10000.29, 0.058},  {3, 63, 0.05, 20.2670, 20.8908, 0.0014},
    {3, 3, 0.5, 1.4834, 2.5216, 0.0011},        {3, 3, 3, 1.1109, 1.4903, 0.0002},
    {8, 3, 0.02, 15.191, 50.000, 0.020},        {8, 3, 0.5, 1.2539, 2.4076, 0.0007},
    {8, 31, 0.1, 7.4776, 10.1077, 0.0015},      {8, 8191, 0.01, 94.437, 100.017, 0.042},
    {8, 8191, 0.1, 13.4453, 13.4768, 0.0014},   {8, 511, 0.3, 6.8871, 6.9153, 0.0003},
    {8, 63, 1, 4.2042, 4.2440, 0.0001},         {32, 63, 0.05, 8.8080, 20.0000, 0.0022},
    {32, 8191, 0.03, 21.491, 33.3333, 0.019},   {128, 8191, 0.04, 11.4051, 25.0000, 0.0021},
    {128, 8191, 0.001, 327.97, 1000.0, 0.56},   {512, 4095, 0.01, 16.987, 100.0, 0.015},
    {2048, 2047, 0.005, 16.152, 200.0, 0.012},  {128, 3, 0.05, 1.8561, 20.0000, 0.0019},
    {4, 15, 0.2, 4.8051, 5.6482, 0.0010},       {1, 7, 0.2, 6.1088, 6.4542, 0.0014},
};

}  // namespace

TEST_CASE("the mean logarithm of random cosines' exponentials is Monte Carlo's in every dimension and temperature") {
  for (const Drawn& drawn : kDrawn) {
    CAPTURE(drawn.dimension);
    CAPTURE(drawn.count);
    CAPTURE(drawn.temperature);
    const double allowed = 3 * drawn.error + 1e-3 * std::max(1.0, drawn.sum);
    CHECK(std::abs(mean_log_sum(drawn.count, drawn.dimension, drawn.temperature) - drawn.sum) < allowed);
    CHECK(std::abs(mean_log_sum(drawn.count, drawn.dimension, drawn.temperature, true) - drawn.with_anchor) < allowed);
  }
}

TEST_CASE("in two to four dimensions the mean logarithm is the integral over angles") {
  // E log X = E max - 0.5772... on a grid of 0.02 in v and 4001 angles, in numpy.
  struct Integral {
    double count, dimension, temperature, value;
  };
  constexpr Integral kIntegrals[] = {{15, 2, 0.03, 32.56178}, {511, 2, 0.03, 36.89219}, {15, 2, 0.07, 14.43150},
                                     {63, 2, 0.07, 16.14109}, {3, 2, 0.1, 6.20274},     {15, 2, 0.1, 10.42606},
                                     {15, 2, 0.2, 5.89702},   {63, 2, 0.2, 7.42472},    {15, 3, 0.07, 12.87582},
                                     {63, 3, 0.05, 20.26492}, {15, 3, 0.25, 4.51269},   {63, 3, 0.25, 6.03874},
                                     {511, 4, 0.1, 12.50338}, {15, 4, 0.03, 26.54779}};
  for (const Integral& row : kIntegrals) {
    CAPTURE(row.count);
    CAPTURE(row.dimension);
    CAPTURE(row.temperature);
    CHECK(std::abs(mean_log_sum(row.count, row.dimension, row.temperature) - row.value) < 5e-4);
  }
}

TEST_CASE("one cosine has mean 0, an empty sum is nothing, and a wide sum is the logarithm of its mean") {
  for (const double dimension : {1.0, 2.0, 3.0, 16.0, 1e6}) {
    for (const double temperature : {0.3, 1.0, 10.0}) {
      CHECK(std::abs(mean_log_sum(1, dimension, temperature)) < 3e-3);
    }
  }
  CHECK(mean_log_sum(0, 128, 0.1) == 0);
  CHECK(mean_log_sum(0, 128, 0.1, true) == doctest::Approx(10));
  CHECK(mean_log_sum(1e12, 1e6, 0.1) == doctest::Approx(std::log(1e12) + 1 / (2e6 * 0.01)).epsilon(1e-9));
}

TEST_CASE("the mean logarithm is finite, between the bounds and rises with the number of cosines everywhere") {
  for (double dimension = 1; dimension < 3e9; dimension = std::floor(dimension * 1.7 + 1)) {
    for (double temperature = 1e-4; temperature < 1.1e4; temperature *= 3) {
      double before = -std::numeric_limits<double>::infinity();
      for (double count = 2; count < 1e19; count *= 40) {
        const double value = mean_log_sum(count, dimension, temperature);
        CAPTURE(dimension);
        CAPTURE(temperature);
        CAPTURE(count);
        const double rounding = 2e-3 * std::max(1.0, std::abs(value));
        REQUIRE(value > before - rounding);
        REQUIRE(value > std::log(count) - rounding);
        const double annealed = std::min(1 / temperature, 0.5 / (dimension * temperature * temperature));
        REQUIRE(value < std::log(count) + annealed + rounding);
        REQUIRE(std::isfinite(mean_log_sum(count, dimension, temperature, true)));
        before = value;
      }
    }
  }
}
