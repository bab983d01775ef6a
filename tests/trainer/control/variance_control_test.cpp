#include "trainer/control/variance_control.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

double logit(double p) { return std::log(p / (1 - p)); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// An encoder as the law sees it: its variance follows the loss weight with a lag, from collapse below a threshold to
// `most`, the noise of a batch on top.
struct LaggingEncoder {
  double threshold = -2;  // logit of the loss weight below which it collapses
  double steepness = 1;
  double most = 0.95;
  double lag_steps = 100;
  double noise = 0.02;
  double variance = 0.6;
  std::mt19937_64 random{7};

  double step(double loss_weight, double rate_share) {
    const double above = logit(loss_weight) - threshold;
    const double rest = above > 0 ? most * (1 - std::exp(-steepness * above)) : 0;
    variance += rate_share * (rest - variance) / lag_steps;
    return variance + noise * std::normal_distribution<double>()(random);
  }
};

struct Course {
  double variance = 0;  // of the encoder, averaged over the last tenth
  VarianceControl::Outcome outcome;
};

Course steer(LaggingEncoder encoder, double target, double first, double slope, int steps, bool cosine) {
  VarianceControl control(target, first, slope);
  double sum = 0;
  for (int step = 0; step < steps; ++step) {
    const double share = cosine ? 0.5 * (1 + std::cos(M_PI * step / steps)) : 1;
    control.observe(encoder.step(control.loss_weight(), share), share);
    if (step >= steps - steps / 10) sum += encoder.variance;
  }
  return {sum / (steps / 10), control.outcome()};
}

Geometry class_of(std::int64_t instances, double within, double view) {
  Geometry geometry;
  geometry.per_class = {{2 * instances, instances, within, view}};
  return geometry;
}

}  // namespace

TEST_CASE("the target is held from any start, at any lag, steepness and noise, with a constant or a falling rate") {
  for (const double first : {1e-6, 0.02, 0.5, 0.98, 1 - 1e-6}) {
    for (const double target : {0.1, 0.3, 0.5, 0.8}) {
      for (const double lag : {20.0, 100.0, 200.0}) {
        for (const double steepness : {0.3, 1.0, 3.0}) {
          for (const bool cosine : {false, true}) {
            LaggingEncoder encoder;
            encoder.lag_steps = lag;
            encoder.steepness = steepness;
            const Course course = steer(encoder, target, first, 0.25, 8000, cosine);
            CAPTURE(first);
            CAPTURE(target);
            CAPTURE(lag);
            CAPTURE(steepness);
            CAPTURE(cosine);
            CHECK(std::abs(course.variance - target) < 0.03);
          }
        }
      }
    }
  }
}

TEST_CASE("the settled weight is the one that holds the target") {
  LaggingEncoder encoder;
  const Course course = steer(encoder, 0.3, 0.5, 0.25, 4000, false);
  const double held_by = logistic(encoder.threshold - std::log(1 - 0.3 / encoder.most) / encoder.steepness);
  CHECK(course.outcome.settled);
  CHECK(course.outcome.final_loss_weight == doctest::Approx(held_by).epsilon(0.05));
  CHECK(course.outcome.average_variance == doctest::Approx(0.3).epsilon(0.05));
}

TEST_CASE("a target that no loss weight reaches drives the weight to its end and is not called settled") {
  LaggingEncoder encoder;
  encoder.most = 0.4;
  const Course course = steer(encoder, 0.8, 0.5, 0.25, 3000, false);
  CHECK_FALSE(course.outcome.settled);
  CHECK(course.outcome.final_loss_weight == doctest::Approx(logistic(kLargestLogit)));
  CHECK(course.outcome.average_variance < 0.45);
}

TEST_CASE("the weight leaves its end within as many steps as it would have taken from the middle") {
  VarianceControl control(0.3, 0.5, 0.25);
  for (int step = 0; step < 100'000; ++step) control.observe(0.0, 1);
  CHECK(control.loss_weight() == doctest::Approx(logistic(kLargestLogit)));
  int steps = 0;
  while (control.loss_weight() > 0.5 && steps < 10'000) {
    control.observe(0.9, 1);
    ++steps;
  }
  CHECK(steps < 500);
}

TEST_CASE("the target is about images as they are: their ratio to augmented batches is taken into account") {
  LaggingEncoder encoder;
  VarianceControl control(0.3, 0.5, 0.25);
  for (int step = 0; step < 4000; ++step) {
    control.observe(encoder.step(control.loss_weight(), 1), 1);
    if (step % 5 == 0) control.calibrate(0.75 * encoder.variance);
  }
  CHECK(0.75 * encoder.variance == doctest::Approx(0.3).epsilon(0.05));
  CHECK(control.outcome().average_variance == doctest::Approx(0.3).epsilon(0.05));
  control.calibrate(std::numeric_limits<double>::quiet_NaN());
  CHECK(control.steps().back().ratio == doctest::Approx(0.75).epsilon(0.1));
}

TEST_CASE("a batch without two images of a class moves nothing") {
  VarianceControl control(0.3, 0.2, 0.25);
  control.observe(0.1, 1);
  const double before = control.loss_weight();
  control.observe(std::numeric_limits<double>::quiet_NaN(), 1);
  CHECK(control.loss_weight() == before);
  CHECK(control.steps().size() == 2);
  VarianceControl untold(0.3, 0.2, 0.25);
  untold.observe(std::numeric_limits<double>::quiet_NaN(), 1);
  CHECK(untold.loss_weight() == doctest::Approx(0.2));
}

TEST_CASE("a resumed control goes on as if it had never stopped") {
  LaggingEncoder whole_encoder, half_encoder;
  VarianceControl whole(0.3, 0.05, 0.4), first(0.3, 0.05, 0.4);
  for (int step = 0; step < 200; ++step) whole.observe(whole_encoder.step(whole.loss_weight(), 1), 1);
  for (int step = 0; step < 90; ++step) first.observe(half_encoder.step(first.loss_weight(), 1), 1);
  VarianceControl second(0.3, 0.05, 0.4);
  second.resume(first.steps());
  CHECK(second.loss_weight() == first.loss_weight());
  for (int step = 90; step < 200; ++step) second.observe(half_encoder.step(second.loss_weight(), 1), 1);
  REQUIRE(second.steps().size() == whole.steps().size());
  for (std::size_t k = 0; k < whole.steps().size(); ++k) {
    CHECK(second.steps()[k].loss_weight == whole.steps()[k].loss_weight);
    CHECK(second.steps()[k].step == static_cast<std::int64_t>(k) + 1);
  }
}

TEST_CASE("a target that the weight does not bring nearer is out of reach, one that takes its time is not") {
  LaggingEncoder flat;
  flat.steepness = 50;
  flat.most = 0.34;  // what the data have, at any weight above the threshold
  CHECK(steer(flat, 0.5, 0.08, 0.4, 2000, true).outcome.out_of_reach);
  CHECK_FALSE(steer(flat, 0.32, 0.08, 0.4, 2000, true).outcome.out_of_reach);
  CHECK_FALSE(steer({}, 0.5, 0.08, 0.4, 2000, true).outcome.out_of_reach);
  LaggingEncoder late;
  late.threshold = 4;  // still collapsed when the run ends
  CHECK_FALSE(steer(late, 0.5, 0.08, 0.4, 300, true).outcome.out_of_reach);
  LaggingEncoder wide;
  wide.threshold = -30;  // spread at the lowest weight too
  CHECK(steer(wide, 0.1, 0.5, 0.1, 4000, false).outcome.out_of_reach);
}

TEST_CASE("the variance of a batch is that of the population, however few images of a class it holds") {
  // n images drawn at random have on average (1 - 1/n) of the population's variance; their views, all alike, none.
  const double population = 0.4;
  for (const std::int64_t instances : {2, 5, 100}) {
    const double within = population * (1 - 1 / static_cast<double>(instances));
    CHECK(unbiased_within_class_variance(class_of(instances, within, 0)) == doctest::Approx(population));
  }
  CHECK(std::isnan(unbiased_within_class_variance(class_of(1, 0, 0))));
}

TEST_CASE("the variance of a batch is one minus the mean cosine of different images of a class") {
  at::manual_seed(3);
  const std::vector<std::int64_t> classes{0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, images{0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
  at::Tensor z = at::randn({10, 4}, at::kDouble);
  z = z / z.norm(2, {1}, true);
  const Geometry geometry = measure_geometry(z, BatchRows::make(classes, images).value());
  double sum = 0, rows = 0;
  for (const std::int64_t label : {0, 1}) {
    double cosines = 0, pairs = 0, count = 0;
    for (std::int64_t a = 0; a < 10; ++a) {
      if (classes[static_cast<std::size_t>(a)] != label) continue;
      ++count;
      for (std::int64_t b = 0; b < 10; ++b) {
        if (classes[static_cast<std::size_t>(b)] != label ||
            images[static_cast<std::size_t>(a)] == images[static_cast<std::size_t>(b)])
          continue;
        cosines += z[a].dot(z[b]).item<double>();
        ++pairs;
      }
    }
    sum += count * (1 - cosines / pairs);
    rows += count;
  }
  CHECK(unbiased_within_class_variance(geometry) == doctest::Approx(sum / rows));
}

}  // namespace ssem::trainer
