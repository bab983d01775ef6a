#include "advisor/dimension/variance_estimate.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "advisor/model/balanced_batch.h"
#include "advisor/model/ssem_model.h"
#include "tests/advisor/problems.h"
#include "tests/advisor/reference_vectors.h"

namespace ssem::advisor::test {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();

// A balanced batch of `images` of each class out of `dataset`.
struct Setting {
  Convention convention = Convention::anchor_excluded;
  double classes = 10, images = 50, dataset = 50, views = 2, dimension = 128, loss_weight = 0.5, temperature = 0.1;

  VarianceEstimate estimate(std::optional<double> start = {}) const {
    const BatchTerm term{1, images - 1, (classes - 1) * images, 1};
    return estimate_within_class_variance({.convention = convention,
                                           .classes = classes,
                                           .geometry_instances = dataset,
                                           .views = views,
                                           .dimension = dimension,
                                           .loss_weight = loss_weight,
                                           .temperature = temperature,
                                           .terms = {&term, 1},
                                           .start_within_class_variance = start});
  }

  double own_image_share() const { return convention == Convention::anchor_included ? 1 : (views - 1) / views; }
  BalancedBatch batch() const { return {classes, images, classes, dataset, views, own_image_share()}; }

  // theory.md's formula, word by word, for a share e of the variance w in the span of the class means.
  double loss_at(double w, double share) const {
    using Real = long double;
    const Real m = classes, n = images, M = dataset, tau = temperature;
    const Real K = static_cast<Real>(dimension) - m + 1, J = m - 2;
    const Real e = J > 0 ? (K > 0 ? w * static_cast<Real>(share) : static_cast<Real>(w)) : 0, a = w - e, v = 1 - w;
    Real inverse = 0, spread = 0;
    if (w > 0 && K > 0) inverse += a * a / (w * w * K);
    if (w > 0 && J > 0) inverse += e * e / (w * w * J);
    const Real k = w > 0 ? 1 / inverse : M;
    // log of the mean of e^{y t}, t a coordinate of a point on the sphere of `size` dimensions.
    const auto sphere = [](Real size, Real y) -> Real {
      const Real first = (size - 1) / 2 - 0.3L, second = (size + 1) / 2 + 0.3L, s = std::sqrt(y * y + second * second);
      return s - second - first * std::log((first + s) / size);
    };
    if (K > 0) {
      const Real g = std::max(Real{0}, m * M / K - std::max(M / (M - 1), M / K)) / ((m - 1) * M);
      if (g > 0) spread += sphere(1 / g, a / tau);
    }
    if (J > 0) {
      const Real h = (m - 3 + 1 / ((m - 1) * (m - 1))) / (J * J);
      if (h > 0) spread += sphere(1 / h, e / tau);
      const Real y = std::sqrt(v * e * m) / ((m - 1) * tau), root = std::sqrt(J);
      const Real flee = std::log((J * std::exp(y / root) + std::exp(-y * root)) / (J + 1));
      spread += 2 * (J / (J + M) * flee + M / (J + M) * sphere(J, root * y));
    }
    const auto within = [&](Real y) -> Real {
      const Real A = 1 - 1 / M, B = -1 / M, C = 1 / k - 1 / M, D = -1 / M;
      if (M <= k + 1) return std::exp(-y / (M - 1));
      if (M <= 2 * k) {
        const Real t = (B + C) / (A + B), r = (A + B) / (1 + t);
        return (r * std::exp(y * t) + (A - r) * std::exp(-y)) / A;
      }
      const Real g1 = (A * D - B * C) / (B * B - A * C), g0 = (C * C - B * D) / (B * B - A * C);
      const Real root = std::sqrt(g1 * g1 / 4 - g0), high = -g1 / 2 + root, low = -g1 / 2 - root;
      const Real r = (B - A * low) / (high - low);
      return (r * std::exp(y * high) + (A - r) * std::exp(y * low)) / A;
    };
    const Real y = w / tau, same = (n - 1) * std::exp(-y) * within(y);
    const Real other = (m - 1) * n * std::exp(-(1 + v / (m - 1)) / tau + spread);
    const Real sum = static_cast<Real>(own_image_share()) + same + other, f = same / sum;
    const Real ratio = (within(2 * y) / (within(y) * within(y)) - 1) / (n - 1) * (M - n) / (M - 1);
    return static_cast<double>((1 - static_cast<Real>(loss_weight)) * M * w / ((M - 1) * tau) +
                               std::log(static_cast<Real>(views)) + std::log(sum) - std::log1p(f * f * ratio) / 2);
  }
};

Setting random_setting(RandomProblems& random) {
  Setting setting;
  setting.convention = random.convention();
  setting.classes = static_cast<double>(random.log_integer(2, 60));
  setting.images = static_cast<double>(random.log_integer(2, 60));
  setting.dataset =
      random.uniform(0, 1) < 0.5 ? setting.images : std::floor(setting.images * random.log_uniform(1, 500));
  setting.views = static_cast<double>(random.log_integer(2, 5));
  setting.dimension = setting.classes + static_cast<double>(random.log_integer(1, 400)) - 1;
  setting.loss_weight = 1 / (1 + std::exp(random.uniform(-6, 6)));
  setting.temperature = random.log_uniform(0.01, 4);
  return setting;
}

}  // namespace

TEST_CASE(
    "the estimate is as close to every brute-force minimum as it says that it is, with d >= m and with d = m - 1") {
  int wide = 0, narrow = 0;
  for (const auto& row : reference_cases("free_embedding_minima.json")) {
    if (row.at("loss_weight").is_null()) continue;
    const Problem problem = problem_of(row);
    const double loss_weight = value_of(row.at("loss_weight"));
    const auto& split = row.at("view_split_loss_weight");
    if (loss_weight >= 1 || *problem.dimension < problem.classes - 1) continue;
    if (!split.is_null() && loss_weight < value_of(split)) continue;
    Setting setting;
    setting.convention = problem.convention;
    setting.classes = static_cast<double>(problem.classes);
    setting.images = setting.dataset = static_cast<double>(problem.instances_per_class);
    setting.views = static_cast<double>(problem.views);
    setting.dimension = static_cast<double>(*problem.dimension);
    setting.loss_weight = loss_weight;
    setting.temperature = value_of(row.at("temperature"));
    const VarianceEstimate estimate = setting.estimate();
    const double want = value_of(row.at("within_class_variance"));
    CAPTURE(row.dump());
    CHECK(estimate.converged);
    const bool enough = *problem.dimension >= problem.classes;
    (enough ? wide : narrow) += 1;
    if (want < 1e-6) {
      CHECK(estimate.within_class_variance == 0);
    } else {
      CHECK(relative_error(estimate.within_class_variance, want) < (enough ? kEstimateError : kTangentEstimateError));
    }
  }
  CHECK(wide == 52);
  CHECK(narrow == 9);
}

TEST_CASE("at d = m, close to it, and at d = m - 1 the estimate has the variance and the loss of brute force") {
  // Lowest of three L-BFGS runs over free unit vectors, anchor_excluded, two views; the batch is the data set.
  const struct {
    double classes, images, dimension, loss_weight, temperature, variance, loss;
  } minima[] = {{4, 8, 4, 0.5, 0.15, 0.2567, 2.2855},   {8, 6, 8, 0.6, 0.2, 0.3174, 1.8985},
                {10, 6, 10, 0.7, 0.15, 0.3520, 1.4251}, {16, 6, 16, 0.8, 0.2, 0.4016, 1.6719},
                {8, 6, 9, 0.6, 0.2, 0.3310, 1.8740},    {10, 6, 12, 0.7, 0.15, 0.3615, 1.4004},
                {4, 8, 3, 0.5, 0.15, 0.1703, 2.4453},   {8, 6, 7, 0.6, 0.2, 0.2936, 1.9330},
                {10, 6, 9, 0.7, 0.15, 0.3444, 1.4461},  {6, 10, 6, 0.3, 0.1, 0.1627, 2.7075},
                {8, 20, 8, 0.6, 0.2, 0.3761, 3.0787},   {5, 30, 5, 0.5, 0.2, 0.2957, 3.7105},
                {5, 30, 4, 0.5, 0.2, 0.2244, 3.8060}};
  for (const auto& row : minima) {
    Setting setting;
    setting.classes = row.classes;
    setting.images = setting.dataset = row.images;
    setting.dimension = row.dimension;
    setting.loss_weight = row.loss_weight;
    setting.temperature = row.temperature;
    const VarianceEstimate estimate = setting.estimate();
    CAPTURE(row.classes);
    CAPTURE(row.dimension);
    CHECK(relative_error(estimate.within_class_variance, row.variance) < 0.043);
    CHECK(std::abs(estimate.loss_value - row.loss) < 0.022);
  }
}

TEST_CASE("the estimate is zero exactly at and below the collapse threshold, for d >= m and for d = m - 1") {
  RandomProblems random(11);
  int checked_both_sides = 0;
  for (int i = 0; i < 4000; ++i) {
    Setting setting = random_setting(random);
    const bool tangent = i % 3 == 0 && setting.classes >= 3;
    if (tangent) setting.dimension = setting.classes - 1;
    const BalancedBatch batch = setting.batch();
    const LossWeight threshold = tangent ? batch.tangent_loss_weight_threshold(setting.temperature)
                                         : batch.loss_weight_threshold(setting.temperature);
    if (threshold.one_minus < 1e-5) continue;
    CAPTURE(i);
    setting.loss_weight = threshold.value - 1e-9 * threshold.one_minus;
    CHECK(setting.estimate().within_class_variance == 0);
    setting.loss_weight = threshold.value + 1e-4 * threshold.one_minus;
    CHECK(setting.estimate().within_class_variance > 0);
    ++checked_both_sides;
  }
  CHECK(checked_both_sides > 3000);
}

TEST_CASE("the estimate is SSEM's variance where the dimension holds every image apart") {
  RandomProblems random(12);
  for (int i = 0; i < 2000; ++i) {
    Setting setting = random_setting(random);
    setting.dataset = setting.images;
    setting.dimension = setting.classes * setting.images - 1;
    const BalancedBatch batch = setting.batch();
    const double z = batch.optimum(setting.loss_weight, setting.temperature);
    CAPTURE(i);
    const VarianceEstimate estimate = setting.estimate();
    CHECK(estimate.within_class_variance ==
          doctest::Approx(batch.dataset_share() * setting.temperature * z).epsilon(1e-7));
    CHECK(estimate.loss_value == doctest::Approx(batch.loss(z, setting.loss_weight, setting.temperature)));
    CHECK(estimate.orthogonal + estimate.in_span == doctest::Approx(estimate.within_class_variance));
  }
}

TEST_CASE("no point of a grid has a lower loss than the estimate") {
  RandomProblems random(13);
  for (int i = 0; i < 1500; ++i) {
    const Setting setting = random_setting(random);
    const VarianceEstimate estimate = setting.estimate();
    const double w = estimate.within_class_variance;
    CAPTURE(i);
    REQUIRE(estimate.converged);
    CHECK(setting.loss_at(w, w > 0 ? estimate.in_span / w : 0) == doctest::Approx(estimate.loss_value).epsilon(1e-9));
    for (int step = 0; step <= 40; ++step) {
      for (int share = 0; share <= 12; ++share) {
        const double at_grid = setting.loss_at(std::pow(step / 40.0, 2), std::pow(share / 12.0, 1.5));
        if (at_grid < estimate.loss_value - 1e-9) FAIL_CHECK("grid point " << step << ", " << share << " is lower");
      }
    }
  }
}

TEST_CASE("the estimate is finite, bounded and quick to find at every magnitude") {
  RandomProblems random(14);
  for (int i = 0; i < 20000; ++i) {
    Setting setting;
    setting.convention = i % 4 == 0 ? Convention::dcl : random.convention();
    setting.classes = static_cast<double>(random.log_integer(2, 1e6));
    setting.images = static_cast<double>(random.log_integer(1, 1e6));
    setting.dataset = i % 3 == 0 ? kEndless : std::floor(setting.images * random.log_uniform(1, 1e6));
    setting.dimension =
        std::floor(i % 2 == 0 ? random.log_uniform(1, 2147483647.0) : setting.classes - 1 + random.log_uniform(1, 1e6));
    setting.views = static_cast<double>(random.log_integer(2, 1e6));
    setting.loss_weight = i % 50 == 0 ? i % 100 / 50 : 1 / (1 + std::exp(random.uniform(-30, 30)));
    setting.temperature = random.log_uniform(1e-4, 1e4);
    const VarianceEstimate estimate = setting.estimate();
    CAPTURE(i);
    CHECK((estimate.within_class_variance >= 0 && estimate.within_class_variance <= 1));
    CHECK(std::isfinite(estimate.loss_value));
    CHECK(estimate.iterations < 2000);
    CHECK(estimate.converged == (setting.dimension >= setting.classes - 1));
  }
}

TEST_CASE("the variance grows with the loss weight") {
  RandomProblems random(15);
  for (int i = 0; i < 200; ++i) {
    Setting setting = random_setting(random);
    setting.dimension += 1;
    double last = 0;
    for (int step = 1; step < 20; ++step) {
      setting.loss_weight = 0.05 * step;
      const double w = setting.estimate().within_class_variance;
      CAPTURE(i);
      CAPTURE(step);
      CHECK(w >= last - 1e-8);
      last = w;
    }
  }
}

TEST_CASE("a data set without end is the limit of large ones, and one the size of the batch is the batch") {
  Setting setting;
  setting.dataset = 1e12;
  const double large = setting.estimate().within_class_variance;
  setting.dataset = kEndless;
  CHECK(setting.estimate().within_class_variance == doctest::Approx(large).epsilon(1e-8));
  setting.dataset = setting.images;
  const double batch = setting.estimate().within_class_variance;
  setting.dataset = setting.images + 1e-9;
  CHECK(setting.estimate().within_class_variance == doctest::Approx(batch).epsilon(1e-8));
}

TEST_CASE("equal terms of a mixture count as one, and a neighbour's answer changes nothing") {
  const Setting setting;
  const VarianceEstimate alone = setting.estimate();
  CHECK(setting.estimate(0.9 * alone.within_class_variance).within_class_variance ==
        doctest::Approx(alone.within_class_variance).epsilon(1e-8));
  CHECK(setting.estimate(1.0).within_class_variance == doctest::Approx(alone.within_class_variance).epsilon(1e-8));
  const std::vector<BatchTerm> halves = {{0.5, 49, 450, 1}, {0.5, 49, 450, 1}};
  const VarianceEstimateInput input{.classes = 10,
                                    .geometry_instances = 50,
                                    .views = 2,
                                    .dimension = 128,
                                    .loss_weight = 0.5,
                                    .temperature = 0.1,
                                    .terms = halves,
                                    .start_within_class_variance = {}};
  CHECK(estimate_within_class_variance(input).within_class_variance ==
        doctest::Approx(alone.within_class_variance).epsilon(1e-10));
}

TEST_CASE("in a very high dimension random batches and the decoupled loss reach their SSEM variance") {
  RandomProblems random(16);
  for (int i = 0; i < 60; ++i) {
    ProblemFields fields;
    fields.classes = random.log_integer(2, 30);
    fields.batch_size = *fields.classes * random.log_integer(2, 40);
    fields.dimension = kMaxDimension;
    fields.convention = i % 2 == 0 ? Convention::dcl : random.convention();
    fields.sampling = i % 4 == 0 ? Sampling::balanced : Sampling::random;
    fields.dataset_is_batch = i % 4 == 0;
    const Problem problem = checked(fields);
    const SsemModel model(problem);
    const double loss_weight = random.uniform(0.1, 0.9), temperature = random.log_uniform(0.05, 0.5);
    const bool one_batch = problem.sampling == Sampling::balanced;
    const BatchTerm balanced{1, model.batch().instances() - 1, model.batch().others(), 1};
    VarianceEstimateInput input;
    input.convention = problem.convention;
    input.classes = static_cast<double>(problem.classes);
    input.geometry_instances = one_batch ? model.batch().instances() : kEndless;
    input.dimension = static_cast<double>(kMaxDimension);
    input.loss_weight = loss_weight;
    input.temperature = temperature;
    input.terms = one_batch && model.mixture() == nullptr ? std::span<const BatchTerm>(&balanced, 1)
                                                          : std::span<const BatchTerm>(model.mixture()->terms());
    const double want = model.within_class_variance(model.optimum(loss_weight, temperature), temperature);
    CAPTURE(i);
    CHECK(estimate_within_class_variance(input).within_class_variance == doctest::Approx(want).epsilon(1e-5));
  }
}

TEST_CASE("without room for a simplex of class means there is no estimate, on a line nothing spreads") {
  Setting setting;
  setting.dimension = 8;
  CHECK_FALSE(setting.estimate().converged);
  setting.classes = 2;
  setting.dimension = 1;
  CHECK(setting.estimate().within_class_variance == 0);
  CHECK(setting.estimate().converged);
}

}  // namespace ssem::advisor::test
