#include "trainer/measure/knn.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("neighbours vote: by number, by similarity, and a tie goes to the smaller label") {
  const at::Tensor bank = at::tensor({1.0, 0.0, 0.9, 0.5, 0.9, -0.5, 0.0, 1.0}).view({4, 2});
  const Labels labels{3, 1, 1, 0};
  const at::Tensor query = at::tensor({5.0, 0.0}).view({1, 2});  // of any length
  CHECK(knn_accuracy(bank, labels, query, Labels{3}, 1).unweighted == 1);
  CHECK(knn_accuracy(bank, labels, query, Labels{1}, 3).unweighted == 1);
  // exp((1 - .874) / .1) = 3.5 against two votes of one.
  CHECK(knn_accuracy(bank, labels, query, Labels{3}, 3).weighted == 1);
  CHECK(knn_accuracy(bank, Labels{2, 1, 1, 2}, query, Labels{1}, 4).unweighted == 1);
  CHECK(std::isnan(knn_accuracy(bank, labels, at::empty({0, 2}), Labels{}, 3).unweighted));
}

TEST_CASE("leaving one out, no row is its own neighbour") {
  const at::Tensor rows = at::tensor({1.0, 0.0, 1.0, 0.01, 0.0, 1.0, 0.01, 1.0}).view({4, 2});
  CHECK(knn_leave_one_out(rows, Labels{0, 1, 0, 1}, 1).unweighted == 0);
  CHECK(knn_leave_one_out(rows, Labels{0, 0, 1, 1}, 1).unweighted == 1);
}

}  // namespace ssem::trainer
