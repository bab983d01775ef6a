#include "trainer/measure/nested_variance.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("nested variances add up to the total and are those of the effects that made the rows") {
  // class effect +-3, fine effect +-2, image effect +-1, view effect +-0.5 in one column each, in all combinations.
  std::vector<double> values;
  Labels labels, fine, images;
  for (int row = 0; row < 16; ++row) {
    const double effects[] = {row & 8 ? 3.0 : -3.0, row & 4 ? 2.0 : -2.0, row & 2 ? 1.0 : -1.0, row & 1 ? 0.5 : -0.5};
    values.insert(values.end(), effects, effects + 4);
    labels.push_back(row / 8);
    fine.push_back(row / 4 % 2);  // the same numbers in both classes: fine within class
    images.push_back(row / 2 % 2);
  }
  const at::Tensor rows = at::tensor(values, at::kDouble).view({16, 4}) + 100;
  const NestedVariance nested = nested_variance(rows, labels, fine, images);
  CHECK(nested.between_classes == doctest::Approx(9).epsilon(1e-12));
  CHECK(*nested.between_fine == doctest::Approx(4).epsilon(1e-12));
  CHECK(nested.between_instances == doctest::Approx(1).epsilon(1e-12));
  CHECK(*nested.between_views == doctest::Approx(0.25).epsilon(1e-12));
  CHECK(std::abs(nested.total - 14.25) < 1e-12);
  const NestedVariance flat = nested_variance(rows, labels, {}, {});
  CHECK_FALSE(flat.between_fine.has_value());
  CHECK_FALSE(flat.between_views.has_value());
  CHECK(flat.between_instances == doctest::Approx(5.25));
}

}  // namespace ssem::trainer
