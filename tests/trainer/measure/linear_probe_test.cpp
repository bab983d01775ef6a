#include "trainer/measure/linear_probe.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

Labels repeated(std::int64_t classes, std::int64_t each) {
  Labels labels;
  for (std::int64_t k = 0; k < classes * each; ++k) labels.push_back(k / each);
  return labels;
}

at::Tensor clusters(const Labels& labels, std::int64_t columns, double noise, std::int64_t seed) {
  at::manual_seed(static_cast<std::uint64_t>(seed));
  const at::Tensor index = at::tensor(labels, at::kLong);
  return at::eye(columns).index_select(0, index) + noise * at::randn({index.size(0), columns});
}

}  // namespace

TEST_CASE("a linear probe reads what is linear, chance where nothing is, and ignores a constant column") {
  const Labels labels = repeated(5, 80), test_labels = repeated(5, 40);
  const at::Tensor train = clusters(labels, 12, 0.2, 1), test = clusters(test_labels, 12, 0.2, 2);
  CHECK(linear_probe_accuracy(train, labels, test, test_labels, 1) > 0.97);
  const auto with_constant = [](const at::Tensor& rows) {
    return at::cat({rows * 1e3 + 7, at::full({rows.size(0), 1}, 5.0)}, 1);
  };
  CHECK(linear_probe_accuracy(with_constant(train), labels, with_constant(test), test_labels, 1) > 0.97);
  const at::Tensor noise = at::randn({400, 12}), test_noise = at::randn({200, 12});
  const double chance = linear_probe_accuracy(noise, labels, test_noise, test_labels, 1);
  CHECK(chance > 0.08);
  CHECK(chance < 0.35);
  CHECK(linear_probe_accuracy(train, labels, test, test_labels, 1) ==
        linear_probe_accuracy(train, labels, test, test_labels, 1));
}

TEST_CASE("a linear probe is not misled by columns that say nearly the same") {
  const Labels labels = repeated(6, 100), test_labels = repeated(6, 50);
  const at::Tensor train = clusters(labels, 16, 0.2, 3), test = clusters(test_labels, 16, 0.2, 4);
  // Every column is the sum of all and a tenth of itself.
  const at::Tensor mixed = at::ones({16, 16}) + 0.1 * at::eye(16);
  const double apart = linear_probe_accuracy(train, labels, test, test_labels, 1);
  CHECK(apart > 0.97);
  CHECK(linear_probe_accuracy(at::mm(train, mixed), labels, at::mm(test, mixed), test_labels, 1) > apart - 0.02);
}

}  // namespace ssem::trainer
