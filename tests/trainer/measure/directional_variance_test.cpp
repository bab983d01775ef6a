#include "trainer/measure/directional_variance.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("variance across the line between two centres does not count, along it it does") {
  // Centres at (0, 0) and (2, 0): distance 2.
  const at::Tensor across = at::tensor({0.0, 1.0, 0.0, -1.0, 2.0, 1.0, 2.0, -1.0}, at::kDouble).view({4, 2});
  CHECK(directional_variance(across, Labels{0, 0, 1, 1}) == doctest::Approx(0).scale(1));
  // Variance along the line: 1 in class 0, .25 in class 1; over the squared distance 4.
  const at::Tensor along = at::tensor({1.0, 0.0, -1.0, 0.0, 2.5, 0.0, 1.5, 0.0}, at::kDouble).view({4, 2});
  CHECK(directional_variance(along, Labels{0, 0, 1, 1}) == doctest::Approx((1 / 4.0 + 0.25 / 4.0) / 2));
  CHECK(directional_variance(along * 7, Labels{0, 0, 1, 1}) == doctest::Approx((1 / 4.0 + 0.25 / 4.0) / 2));
}

TEST_CASE("it is the mean over ordered pairs of classes of the variance along the line, by the formula itself") {
  at::manual_seed(2);
  const at::Tensor rows = at::randn({30, 5}, at::kDouble);
  Labels labels;
  for (std::int64_t k = 0; k < 30; ++k) labels.push_back(k % 3);
  const at::Tensor index = at::tensor(labels, at::kLong);
  double sum = 0;
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 3; ++j) {
      if (i == j) continue;
      const at::Tensor own = rows.index({index.eq(i)}), line = own.mean(0) - rows.index({index.eq(j)}).mean(0);
      const at::Tensor along = at::matmul(own - own.mean(0), line) / line.norm();
      sum += (along.square().mean() / line.square().sum()).item<double>();
    }
  }
  CHECK(directional_variance(rows, labels) == doctest::Approx(sum / 6));
}

TEST_CASE("equal centres have no line between them") {
  const at::Tensor rows = at::tensor({1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0}, at::kDouble).view({4, 2});
  CHECK(std::isnan(directional_variance(rows, Labels{0, 0, 1, 1})));
  CHECK(std::isnan(directional_variance(rows, Labels{0, 0, 0, 0})));
}

}  // namespace ssem::trainer
