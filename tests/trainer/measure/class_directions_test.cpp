#include "trainer/measure/class_directions.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

Labels two_classes(std::int64_t each) {
  Labels labels(static_cast<std::size_t>(each), 0);
  labels.resize(static_cast<std::size_t>(2 * each), 1);
  return labels;
}

// Rows that spread alike over `directions` of 32 columns, around class centres far apart.
at::Tensor spread_over(std::int64_t directions, std::int64_t each) {
  at::manual_seed(4);
  at::Tensor rows = at::zeros({2 * each, 32}, at::kDouble);
  rows.narrow(1, 0, directions).copy_(at::randn({2 * each, directions}, at::kDouble));
  rows.narrow(0, each, each).select(1, 31).add_(100);
  return rows;
}

}  // namespace

TEST_CASE("images that spread alike over k directions have k, however few they are and however far the classes lie") {
  for (const std::int64_t directions : {1, 4, 16}) {
    CAPTURE(directions);
    const auto expected = static_cast<double>(directions);
    CHECK(class_directions(spread_over(directions, 4000), two_classes(4000)) ==
          doctest::Approx(expected).epsilon(0.05));
    CHECK(class_directions(spread_over(directions, 20), two_classes(20)) == doctest::Approx(expected).epsilon(0.4));
  }
}

TEST_CASE("one direction with most of the variance counts as little more than one") {
  at::Tensor rows = spread_over(10, 2000);
  rows.select(1, 0).mul_(10);
  // (100 + 9)^2 / (100^2 + 9)
  CHECK(class_directions(rows, two_classes(2000)) == doctest::Approx(109.0 * 109 / 10009).epsilon(0.03));
}

TEST_CASE("there are no directions without variance or without three images of a class") {
  CHECK(std::isnan(class_directions(at::ones({6, 4}), two_classes(3))));
  CHECK(std::isnan(class_directions(at::randn({4, 4}), two_classes(2))));
}

}  // namespace ssem::trainer
