#include "trainer/loss/supcl_loss.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/loss/masked_formula.h"
#include "trainer/loss/device_pass.h"

namespace ssem::trainer {
namespace {

using advisor::Convention;
using advisor::Reduction;

struct Batch {
  std::vector<std::int64_t> classes, instances;
  at::Tensor class_tensor() const { return at::tensor(classes, at::kLong); }
  at::Tensor instance_tensor() const { return at::tensor(instances, at::kLong); }
  BatchRows rows() const { return BatchRows::make(classes, instances).value(); }
  std::int64_t size() const { return static_cast<std::int64_t>(classes.size()); }
};

// Classes of sizes[c] instances with `views` rows each, shuffled so that nothing is sorted.
Batch shuffled_batch(const std::vector<std::int64_t>& sizes, std::int64_t views, bool uneven_views = false) {
  Batch sorted, batch;
  std::int64_t instance = 0;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    for (std::int64_t i = 0; i < sizes[c]; ++i, ++instance) {
      const std::int64_t rows = uneven_views ? 1 + instance % views : views;
      for (std::int64_t v = 0; v < rows; ++v) {
        sorted.classes.push_back(static_cast<std::int64_t>(c) * 7 - 3);
        sorted.instances.push_back(1000 - instance);
      }
    }
  }
  const std::size_t size = sorted.classes.size();
  std::size_t step = 7;
  while (size % step == 0) step += 2;
  for (std::size_t k = 0; k < size; ++k) {
    batch.classes.push_back(sorted.classes[k * step % size]);
    batch.instances.push_back(sorted.instances[k * step % size]);
  }
  return batch;
}

at::Tensor random_units(std::int64_t rows, std::int64_t columns, std::int64_t seed) {
  at::manual_seed(static_cast<std::uint64_t>(seed));
  const at::Tensor z = at::randn({rows, columns}, at::kDouble);
  return z / z.norm(2, {1}, true);
}

// Every class within about `spread` of its own point.
at::Tensor clustered_units(const Batch& batch, std::int64_t columns, double spread) {
  const at::Tensor centres = random_units(64, columns, 5);
  const at::Tensor z =
      centres.index_select(0, batch.class_tensor().remainder(64)) + spread * random_units(batch.size(), columns, 6);
  return z / z.norm(2, {1}, true);
}

struct Outcome {
  double loss = 0;
  at::Tensor gradient;
};

template <class Loss>
Outcome differentiate(const at::Tensor& embeddings, const Loss& loss) {
  at::Tensor z = embeddings.detach().clone().requires_grad_(true);
  const at::Tensor value = loss(z);
  const at::Tensor gradient = torch::autograd::grad({value}, {z})[0];
  return {value.item<double>(), gradient.detach().to(at::kDouble)};
}

Outcome ours(const at::Tensor& z, const Batch& batch, const SupclOptions& options) {
  const BatchRows rows = batch.rows();
  return differentiate(z, [&](const at::Tensor& input) { return supcl_loss(input, rows, options).value(); });
}

Outcome plain(const at::Tensor& z, const Batch& batch, const SupclOptions& options) {
  return differentiate(z, [&](const at::Tensor& input) {
    return masked_formula(input, batch.class_tensor(), batch.instance_tensor(), options);
  });
}

double relative_error(const at::Tensor& value, const at::Tensor& truth) {
  return ((value - truth).norm() / truth.norm()).item<double>();
}

constexpr Convention kConventions[] = {Convention::anchor_excluded, Convention::anchor_included,
                                       Convention::supcon,          Convention::dcl,
                                       Convention::cross_view,      Convention::negatives_only};
constexpr Reduction kReductions[] = {Reduction::anchor_mean, Reduction::pair_mean};

void check_against_formula(const Batch& batch, const at::Tensor& z, double temperature, double tolerance,
                           bool two_views = true) {
  for (const Convention convention : kConventions) {
    if (convention == Convention::cross_view && !two_views) continue;
    for (const Reduction reduction : kReductions) {
      for (const double loss_weight : {0.0, 0.3, 1.0}) {
        CAPTURE(advisor::name(convention));
        CAPTURE(advisor::name(reduction));
        CAPTURE(loss_weight);
        CAPTURE(temperature);
        const SupclOptions options{convention, reduction, loss_weight, temperature};
        const Outcome expected = plain(z, batch, options), got = ours(z, batch, options);
        CHECK(std::abs(got.loss - expected.loss) <= tolerance * std::max(1.0, std::abs(expected.loss)));
        // Where every positive beats the negatives by far, the formula's own rounding is what is left of its gradient.
        const double least = convention == Convention::negatives_only ? 1e-2 : 1e-9;
        const double scale = std::max(least, expected.gradient.norm().item<double>());
        CHECK((got.gradient - expected.gradient).norm().item<double>() <= tolerance * scale);
      }
    }
  }
}

}  // namespace

TEST_CASE("the loss equals the masked formula in float64 for equal classes and two views") {
  const Batch batch = shuffled_batch({5, 5, 5, 5}, 2);
  for (const double temperature : {0.05, 0.1, 0.5, 3.0}) {
    check_against_formula(batch, random_units(batch.size(), 9, 1), temperature, 1e-12);
  }
}

TEST_CASE("the loss equals the masked formula for unequal classes, lonely instances and uneven numbers of views") {
  const Batch batch = shuffled_batch({1, 2, 9, 30, 3}, 3, true);
  check_against_formula(batch, random_units(batch.size(), 17, 2), 0.2, 1e-12, false);
}

TEST_CASE("across the views the loss equals the masked formula for unequal classes and lonely instances") {
  const Batch batch = shuffled_batch({1, 2, 9, 30, 3}, 2);
  check_against_formula(batch, random_units(batch.size(), 17, 2), 0.2, 1e-12);
}

TEST_CASE("the loss equals the masked formula across tile borders") {
  for (const std::int64_t size : {255, 256, 257, 512, 514, 600, 1200}) {
    Batch batch;
    for (std::int64_t row = 0; row < size; ++row) {
      batch.instances.push_back(row / 2);
      batch.classes.push_back(row / 2 % 7);
    }
    const at::Tensor z = random_units(size, 12, size);
    for (const Convention convention :
         {Convention::anchor_excluded, Convention::anchor_included, Convention::cross_view}) {
      if (convention == Convention::cross_view && size % 2 != 0) continue;
      const SupclOptions options{convention, Reduction::anchor_mean, 0.4, 0.1};
      const Outcome expected = plain(z, batch, options), got = ours(z, batch, options);
      CHECK(got.loss == doctest::Approx(expected.loss).epsilon(1e-13));
      CHECK(relative_error(got.gradient, expected.gradient) <= 1e-12);
    }
  }
}

TEST_CASE("low temperatures down to 0.001 stay finite and right, on random and clustered embeddings") {
  const Batch batch = shuffled_batch({6, 6, 6}, 2);
  for (const double temperature : {0.02, 0.005, 0.001}) {
    check_against_formula(batch, random_units(batch.size(), 8, 3), temperature, 1e-11);
    check_against_formula(batch, clustered_units(batch, 8, 0.05), temperature, 1e-11);
  }
}

TEST_CASE("a float32 gradient is within 1e-6 of float64 at temperatures of 0.1 and above") {
  const Batch batch = shuffled_batch({40, 40, 40, 40, 40}, 2);
  const at::Tensor z = random_units(batch.size(), 128, 4);
  for (const Convention convention : kConventions) {
    for (const double temperature : {0.1, 0.5}) {
      if (convention == Convention::dcl && temperature > 0.1) continue;
      CAPTURE(advisor::name(convention));
      const SupclOptions options{convention, Reduction::anchor_mean, 0.5, temperature};
      const at::Tensor truth = ours(z.to(at::kFloat).to(at::kDouble), batch, options).gradient;
      CHECK(relative_error(ours(z.to(at::kFloat), batch, options).gradient, truth) <= 1e-6);
    }
  }
}

TEST_CASE("a float32 gradient errs at most twice as much as the masked formula in float32") {
  const Batch batch = shuffled_batch({30, 30, 30, 30}, 2);
  for (const auto& wide : {random_units(batch.size(), 64, 7), clustered_units(batch, 64, 0.1)}) {
    const at::Tensor z = wide.to(at::kFloat);
    for (const Convention convention : {Convention::anchor_excluded, Convention::anchor_included, Convention::supcon}) {
      for (const double temperature : {0.05, 0.02, 0.01, 0.005, 0.001}) {
        CAPTURE(advisor::name(convention));
        CAPTURE(temperature);
        const SupclOptions options{convention, Reduction::anchor_mean, 0.5, temperature};
        const at::Tensor truth = plain(z.to(at::kDouble), batch, options).gradient;
        const double plain_error = relative_error(plain(z, batch, options).gradient, truth);
        const at::Tensor gradient = ours(z, batch, options).gradient;
        CHECK(at::isfinite(gradient).all().item<bool>());
        CHECK(relative_error(gradient, truth) <= 2 * plain_error);
      }
    }
  }
}

TEST_CASE("the passes by tensor operations give the same loss and gradient, whatever the tile") {
  const Batch batch = shuffled_batch({4, 9, 2}, 2);
  const BatchRows rows = batch.rows();
  const at::Tensor z = random_units(batch.size(), 10, 8);
  for (const Convention convention : kConventions) {
    for (const double temperature : {0.1, 0.004}) {
      // What stands beside negatives_only is a pass of its own.
      const double loss_weight = convention == Convention::negatives_only ? 0 : 0.3;
      const SupclOptions options{convention, Reduction::anchor_mean, loss_weight, temperature};
      const Outcome expected = ours(z, batch, options);
      const DeviceRows device = device_rows(rows, options, z);
      for (const std::int64_t tile : {3, 8, 64}) {
        if (convention == Convention::dcl && temperature < 0.1) continue;
        CAPTURE(advisor::name(convention));
        CAPTURE(tile);
        const DeviceForward forward = device_forward(z, device, options, tile);
        CHECK(forward.loss.item<double>() == doctest::Approx(expected.loss).epsilon(1e-12));
        const at::Tensor gradient = device_backward(z, device, options, forward, at::ones({}, z.options()), tile);
        CHECK(relative_error(gradient, expected.gradient) <= 1e-11);
      }
    }
  }
}

TEST_CASE("on the meta device nothing is copied to the host and devices do not mix") {
  const Batch batch = shuffled_batch({4, 4}, 2);
  for (const Convention convention : kConventions) {
    at::Tensor z = at::empty({batch.size(), 8}, at::TensorOptions(at::kMeta).dtype(at::kFloat)).requires_grad_(true);
    SupclOptions options{convention};
    options.input_norm = InputNorm::assume_unit;
    const at::Tensor loss = supcl_loss(z, batch.rows(), options).value();
    CHECK(loss.is_meta());
    CHECK(loss.dim() == 0);
    const at::Tensor gradient = torch::autograd::grad({loss}, {z})[0];
    CHECK(gradient.is_meta());
    CHECK(gradient.sizes() == z.sizes());
  }
}

TEST_CASE("the gradient carries what comes from behind the loss, and what lies before it") {
  const Batch batch = shuffled_batch({4, 4}, 2);
  SupclOptions options{Convention::anchor_excluded, Reduction::anchor_mean, 0.3, 0.2};
  const at::Tensor raw = 3 * random_units(batch.size(), 6, 9) + 0.2;
  options.input_norm = InputNorm::normalise;
  const BatchRows rows = batch.rows();
  const Outcome got =
      differentiate(raw, [&](const at::Tensor& z) { return -2.5 * supcl_loss(z, rows, options).value(); });
  const Outcome expected = differentiate(raw, [&](const at::Tensor& z) {
    return -2.5 * masked_formula(z / z.norm(2, {1}, true), batch.class_tensor(), batch.instance_tensor(), options);
  });
  CHECK(got.loss == doctest::Approx(expected.loss).epsilon(1e-13));
  CHECK(relative_error(got.gradient, expected.gradient) <= 1e-12);
}

TEST_CASE("results do not depend on the number of threads, bit for bit") {
  Batch batch;
  for (std::int64_t row = 0; row < 1500; ++row) {
    batch.instances.push_back(row / 2);
    batch.classes.push_back(row / 2 % 10);
  }
  const at::Tensor z = random_units(1500, 64, 10).to(at::kFloat);
  const SupclOptions options;
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const Outcome one = ours(z, batch, options);
  at::set_num_threads(2);
  const Outcome two = ours(z, batch, options);
  at::set_num_threads(before);
  CHECK(one.loss == two.loss);
  CHECK(at::equal(one.gradient, two.gradient));
}

TEST_CASE("bad input is an error that says what is wrong") {
  const Batch batch = shuffled_batch({2, 2}, 2);
  const BatchRows rows = batch.rows();
  const at::Tensor z = random_units(8, 5, 11);
  const auto message = [&](const at::Tensor& input, const SupclOptions& options) {
    const auto result = supcl_loss(input, rows, options);
    return result ? std::string() : result.error().message;
  };
  const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  SupclOptions options;
  CHECK(message(z, options).empty());
  CHECK(contains(message(z.narrow(0, 0, 7), options), "7 rows and 8 labels"));
  CHECK(contains(message(z.unsqueeze(0), options), "matrix"));
  CHECK(contains(message(z.to(at::kLong), options), "float32 or float64"));
  CHECK(contains(message(2 * z, options), "unit norm"));
  at::Tensor broken = z.clone();
  broken.data_ptr<double>()[3] = std::nan("");
  CHECK(contains(message(broken, options), "not finite"));
  options.input_norm = InputNorm::normalise;
  CHECK(contains(message(at::zeros_like(z), options), "zero or not finite"));
  options = {};
  options.temperature = 0;
  CHECK(contains(message(z, options), "temperature"));
  options = {};
  options.loss_weight = 1.5;
  CHECK(contains(message(z, options), "loss_weight"));
  options = {};
  options.convention = Convention::supcon_in;
  CHECK(contains(message(z, options), "supcon_in"));
  options = {};
  options.convention = Convention::cross_view;
  CHECK(message(z, options).empty());
  const BatchRows three = shuffled_batch({2, 2}, 3).rows();
  const auto refused = supcl_loss(random_units(12, 5, 11), three, options);
  CHECK(contains(refused ? "" : refused.error().message, "exactly two rows of every instance"));
  options = {};
  options.precision = MatrixPrecision::bfloat16;
  CHECK(contains(message(z, options), "CUDA"));
}

TEST_CASE("rows of one instance in two classes, and lengths that differ, are refused") {
  const std::vector<std::int64_t> classes = {0, 1}, same = {5, 5}, short_one = {5};
  CHECK_FALSE(BatchRows::make(classes, same));
  CHECK_FALSE(BatchRows::make(classes, short_one));
  CHECK_FALSE(BatchRows::make({}, {}));
}

}  // namespace ssem::trainer
