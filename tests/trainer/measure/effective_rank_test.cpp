#include "trainer/measure/effective_rank.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("the effective rank of equal directions is their number, of one line 1") {
  CHECK(effective_rank(at::eye(7, at::kDouble).repeat({3, 1})) == doctest::Approx(7));
  CHECK(effective_rank(at::ones({5, 4}, at::kFloat)) == doctest::Approx(1).epsilon(1e-5));
  // Singular values 3 and 1: entropy of 3/4 and 1/4.
  const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
  CHECK(effective_rank(at::tensor({3.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2})) ==
        doctest::Approx(std::exp(entropy)));
  CHECK(std::isnan(effective_rank(at::zeros({4, 3}))));
}

}  // namespace ssem::trainer
