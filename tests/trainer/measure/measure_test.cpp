#include <ATen/ATen.h>

#include <cmath>
#include <numeric>
#include <vector>

#undef CHECK
#include <doctest/doctest.h>

#include "trainer/measure/alignment_uniformity.h"
#include "trainer/measure/effective_rank.h"
#include "trainer/measure/knn.h"
#include "trainer/measure/linear_probe.h"
#include "trainer/measure/nested_variance.h"

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

TEST_CASE("the effective rank of equal directions is their number, of one line 1") {
  CHECK(effective_rank(at::eye(7, at::kDouble).repeat({3, 1})) == doctest::Approx(7));
  CHECK(effective_rank(at::ones({5, 4}, at::kFloat)) == doctest::Approx(1).epsilon(1e-5));
  // Singular values 3 and 1: entropy of 3/4 and 1/4.
  const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
  CHECK(effective_rank(at::tensor({3.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2})) ==
        doctest::Approx(std::exp(entropy)));
  CHECK(std::isnan(effective_rank(at::zeros({4, 3}))));
}

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

TEST_CASE("alignment and uniformity of two pairs of opposite points") {
  const at::Tensor z = at::tensor({1.0, 0.0, 1.0, 0.0, -1.0, 0.0, -1.0, 0.0}, at::kDouble).view({4, 2});
  const BatchRows rows = BatchRows::make(Labels{0, 0, 1, 1}, Labels{0, 0, 1, 2}).value();
  const AlignmentUniformity found = alignment_uniformity(z, rows);
  CHECK(found.alignment == doctest::Approx(0));
  // Of 12 ordered pairs four are at distance 0 and eight at squared distance 4.
  CHECK(found.uniformity == doctest::Approx(std::log((4 + 8 * std::exp(-8.0)) / 12)));
}

}  // namespace ssem::trainer
