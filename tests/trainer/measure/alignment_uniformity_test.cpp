#include "trainer/measure/alignment_uniformity.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("alignment and uniformity of two pairs of opposite points") {
  const at::Tensor z = at::tensor({1.0, 0.0, 1.0, 0.0, -1.0, 0.0, -1.0, 0.0}, at::kDouble).view({4, 2});
  const BatchRows rows = BatchRows::make(Labels{0, 0, 1, 1}, Labels{0, 0, 1, 2}).value();
  const AlignmentUniformity found = alignment_uniformity(z, rows);
  CHECK(found.alignment == doctest::Approx(0));
  // Of 12 ordered pairs four are at distance 0 and eight at squared distance 4.
  CHECK(found.uniformity == doctest::Approx(std::log((4 + 8 * std::exp(-8.0)) / 12)));
}

}  // namespace ssem::trainer
