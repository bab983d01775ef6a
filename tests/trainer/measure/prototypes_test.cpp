#include "trainer/measure/prototypes.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a row belongs to the class whose mean is nearest in cosine, whatever its length") {
  const at::Tensor bank = at::tensor({2.0F, 0.2F, 3.0F, -0.2F, 0.1F, 1.0F, -0.1F, 5.0F}).view({4, 2});
  const at::Tensor test = at::tensor({100.0F, 1.0F, 0.01F, 0.5F, 1.0F, 3.0F}).view({3, 2});
  CHECK(prototype_accuracy(bank, Labels{0, 0, 1, 1}, test, Labels{0, 1, 0}) == doctest::Approx(2.0 / 3));
}

TEST_CASE("few shots find classes that are far apart, chance where there are none, the same for the same seed") {
  at::manual_seed(5);
  Labels labels, asked;
  for (std::int64_t k = 0; k < 4; ++k) {
    labels.insert(labels.end(), 30, k);
    asked.insert(asked.end(), 50, k);
  }
  const auto rows_of = [](const Labels& of) {
    return at::eye(16).index_select(0, at::tensor(of, at::kLong)) * 5 +
           at::randn({static_cast<std::int64_t>(of.size()), 16}) * 0.3;
  };
  const at::Tensor bank = rows_of(labels), test = rows_of(asked);
  CHECK(few_shot_accuracy(bank, labels, test, asked, 5, 1) > 0.99);
  CHECK(few_shot_accuracy(bank, labels, test, asked, 1000, 1) > 0.99);  // as many as there are
  const at::Tensor noise = at::randn({120, 16}), test_noise = at::randn({200, 16});
  const double chance = few_shot_accuracy(noise, labels, test_noise, asked, 5, 1);
  CHECK(chance > 0.15);
  CHECK(chance < 0.35);
  CHECK(few_shot_accuracy(noise, labels, test_noise, asked, 5, 1) == chance);
  CHECK(few_shot_accuracy(noise, labels, test_noise, asked, 5, 2) != chance);
}

TEST_CASE("there is no accuracy without rows") {
  const at::Tensor rows = at::ones({1, 2}), none = at::empty({0, 2});
  CHECK(std::isnan(prototype_accuracy(none, Labels{}, rows, Labels{0})));
  CHECK(std::isnan(prototype_accuracy(rows, Labels{0}, none, Labels{})));
  CHECK(std::isnan(few_shot_accuracy(none, Labels{}, rows, Labels{0}, 5, 1)));
}

}  // namespace ssem::trainer
