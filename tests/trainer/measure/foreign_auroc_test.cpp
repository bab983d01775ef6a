#include "trainer/measure/foreign_auroc.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {

TEST_CASE("foreign rows that lie farther off than all own ones are told for certain, nearer ones never") {
  const at::Tensor bank = at::tensor({1.0F, 0.0F}).view({1, 2});
  const at::Tensor near = at::tensor({1.0F, 0.1F, 1.0F, -0.2F}).view({2, 2});
  const at::Tensor far = at::tensor({0.0F, 1.0F, -1.0F, 0.0F, 1.0F, 1.0F}).view({3, 2});
  CHECK(foreign_auroc(bank, near, far) == doctest::Approx(1));
  CHECK(foreign_auroc(bank, far, near) == doctest::Approx(0).scale(1));
}

TEST_CASE("equal distances tell nothing") {
  at::manual_seed(1);
  const at::Tensor bank = at::randn({40, 3}), rows = at::randn({25, 3});
  CHECK(foreign_auroc(bank, rows, rows) == doctest::Approx(0.5));
}

TEST_CASE("the distance is that to the 50th neighbour") {
  // Fifty rows of the bank at (1, 0), fifty at (0, 1): the 50th nearest of (1, 0) lies at (1, 0) itself. With
  // forty-nine there it is one of the others.
  const auto bank_of = [](std::int64_t first) {
    at::Tensor bank = at::zeros({100, 2});
    bank.narrow(0, 0, first).select(1, 0).fill_(1);
    bank.narrow(0, first, 100 - first).select(1, 1).fill_(1);
    return bank;
  };
  const at::Tensor first = at::tensor({1.0F, 0.0F}).view({1, 2}), second = at::tensor({0.0F, 1.0F}).view({1, 2});
  CHECK(foreign_auroc(bank_of(50), first, second) == doctest::Approx(0.5));
  CHECK(foreign_auroc(bank_of(49), second, first) == doctest::Approx(1));
}

TEST_CASE("there is nothing to tell without rows") {
  const at::Tensor rows = at::ones({1, 2}), none = at::empty({0, 2});
  CHECK(std::isnan(foreign_auroc(none, rows, rows)));
  CHECK(std::isnan(foreign_auroc(rows, none, rows)));
  CHECK(std::isnan(foreign_auroc(rows, rows, none)));
}

}  // namespace ssem::trainer
