#include "trainer/audit/audit.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/doctest_beside_torch.h"
#include "tests/trainer/audit/made_rows.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
namespace {

std::string fault_of(const EmbeddingRows& rows, const AuditSpec& spec = spec_of()) {
  const auto found = audit(rows, spec, kGoOn);
  REQUIRE_FALSE(found);
  return found.error().message;
}

}  // namespace

TEST_CASE("regimes are told apart by where the variance lies") {
  CHECK(audited(rows_of({1, 0, 0.5, 0})).regime == Regime::structured);
  CHECK(audited(rows_of({1, 0, 0.05, 0})).regime == Regime::collapsed);
  CHECK(audited(rows_of({0, 0, 1, 0})).regime == Regime::self_supervised);
  CHECK(audited(rows_of({1, 0, 0.3, 1}, 4, 30, 3)).regime == Regime::view_split);
  EmbeddingRows same = rows_of({1, 0, 0.05, 0});
  for (std::size_t k = 0; k < same.values.size(); ++k) same.values[k] = static_cast<double>(k % kColumns + 1);
  CHECK(audited(same).regime == Regime::all_equal);
}

TEST_CASE("views apart around one point for all images of a class are no escape from collapse") {
  EmbeddingRows rows = rows_of({1, 0, 0, 0}, 4, 30, 2);
  for (std::size_t row = 0; row < rows.labels.size(); ++row) rows.values[row * kColumns + 20] = row % 2 ? 0.7 : -0.7;
  const Audit found = audited(rows, spec_of(0.1));
  CHECK(found.geometry.within_class_variance == doctest::Approx(0.49 / 1.49));
  CHECK(found.regime == Regime::view_split);
  CHECK(has(found.diagnosis.front(), "False non-collapse"));
  for (const AuditedClass& entry : found.per_class) CHECK(entry.collapsed);
  CHECK_FALSE(found.reading->matching_loss_weight.has_value());
  CHECK(has(found.diagnosis.back(), "predicts collapse at loss weights of"));
}

TEST_CASE("a class has collapsed below 2 % of the largest variance that its number of images allows") {
  EmbeddingRows rows;
  rows.dimension = 3;
  const auto add = [&](double angle, std::int64_t label) {
    rows.values.insert(rows.values.end(),
                       {label == 0 ? std::cos(angle) : 0, std::sin(angle), label == 0 ? 0 : std::cos(angle)});
    rows.labels.push_back(label);
  };
  // Two images of angles +-a: variance sin^2 a; of two classes of two, 2/3 is the largest.
  const double limit = std::asin(std::sqrt(0.02 * 2 / 3));
  for (const double sign : {-1.0, 1.0}) add(sign * limit * 0.99, 0);
  for (const double sign : {-1.0, 1.0}) add(sign * limit * 1.01, 1);
  const Audit found = audited(rows);
  CHECK(found.per_class[0].collapsed);
  CHECK_FALSE(found.per_class[1].collapsed);
  CHECK(found.regime == Regime::partly_collapsed);
  CHECK(found.instances == 4);  // without ids every row is an image
}

TEST_CASE("fine labels count within their class, whether their numbers begin anew in it or not") {
  EmbeddingRows rows = rows_of({1, 0.4, 0.3, 0});
  const Audit anew = audited(rows);
  for (std::size_t row = 0; row < rows.labels.size(); ++row) rows.fine_labels[row] += 10 * rows.labels[row];
  const Audit through = audited(rows);
  CHECK(anew.fine_classes == 8);
  CHECK(through.fine_classes == 8);
  CHECK(anew.fine_knn.unweighted == through.fine_knn.unweighted);
  CHECK(anew.fine_knn.unweighted > 0.95);
  CHECK(anew.diagnosis == through.diagnosis);
  CHECK(has(anew.diagnosis.back(), "they are kept apart as groups"));
  CHECK(has(audited(rows_of({1, 0, 0.3, 0})).diagnosis.back(), "not kept apart"));
}

TEST_CASE("other views of an image are no neighbours of it: nothing to read in random labels") {
  EmbeddingRows rows = rows_of({0, 0, 1, 0.05}, 4, 50, 4);
  const Audit found = audited(rows);
  CHECK(found.neighbours == 196);
  CHECK(found.knn.weighted < 0.5);  // chance is 1/4; with the views it is 1
  CHECK(found.knn.unweighted < 0.5);
}

TEST_CASE("labels may be any numbers, and rows may come in any order") {
  EmbeddingRows rows = rows_of({1, 0.2, 0.4, 0});
  const Audit before = audited(rows);
  EmbeddingRows turned;
  turned.dimension = kColumns;
  for (std::size_t row = rows.labels.size(); row-- > 0;) {
    const auto begin = rows.values.begin() + static_cast<std::ptrdiff_t>(row * kColumns);
    turned.values.insert(turned.values.end(), begin, begin + kColumns);
    turned.labels.push_back(rows.labels[row] * (std::int64_t{1} << 60) - 5);
    turned.fine_labels.push_back(3 * rows.fine_labels[row] - 7);
    turned.instance_ids.push_back(-rows.instance_ids[row]);
  }
  const Audit after = audited(turned);
  CHECK(after.per_class.front().label == -5);
  CHECK(after.geometry.within_class_variance == doctest::Approx(before.geometry.within_class_variance).epsilon(1e-12));
  CHECK(*after.nested.between_fine == doctest::Approx(*before.nested.between_fine).epsilon(1e-12));
  CHECK(after.knn.unweighted == before.knn.unweighted);
  CHECK(after.fine_knn.unweighted == before.fine_knn.unweighted);
}

TEST_CASE("the theory's reading is that of the batch that was given, also one larger than the file") {
  const EmbeddingRows rows = rows_of({1, 0, 0.6, 0});
  AuditSpec spec = spec_of(0.2);
  spec.instances_per_class = 10;
  CHECK(audited(rows, spec).reading->problem.dataset_instances_per_class == 30);
  spec.instances_per_class = 100;
  const Audit large = audited(rows, spec);
  CHECK(large.reading->problem.instances_per_class == 100);
  CHECK_FALSE(large.reading->problem.dataset_instances_per_class.has_value());
  // What is found is what theory predicts at the loss weight that is found.
  spec.loss_weight = large.reading->matching_loss_weight;
  REQUIRE(spec.loss_weight);
  const Audit again = audited(rows, spec);
  const double predicted = again.reading->given->estimated_within_class_variance.value();
  CHECK(predicted == doctest::Approx(large.geometry.within_class_variance).epsilon(1e-6));
  CHECK(has(again.diagnosis.back(), "which is what is found"));
}

TEST_CASE("a variance that the prediction leaps over at the threshold has no loss weight") {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  EmbeddingRows rows;
  rows.dimension = 4;
  for (std::int64_t c = 0; c < 20; ++c) {
    const std::array<double, 4> mean{normal(generator), normal(generator), normal(generator), normal(generator)};
    for (int image = 0; image < 20; ++image) {
      for (const double value : mean) rows.values.push_back(value + 0.3 * normal(generator));
      rows.labels.push_back(c);
    }
  }
  const Audit found = audited(rows, spec_of(0.1));
  CHECK(found.geometry.within_class_variance > 0.05);
  CHECK(found.geometry.within_class_variance < 0.2);
  CHECK_FALSE(found.reading->matching_loss_weight.has_value());
  CHECK(has(found.diagnosis.back(), "no loss weight leads to"));
}

TEST_CASE("what cannot be audited is named with its file") {
  EmbeddingRows rows = rows_of({1, 0, 0.5, 0}, 4, 30, 2);
  rows.instance_ids.back() = 7;
  CHECK(fault_of(rows) == "rows.npz: instance 7 has rows in class 0 and in class 3");
  rows = rows_of({1, 0, 0.5, 0}, 4, 30, 2);
  rows.fine_labels.front() = 1;
  CHECK(fault_of(rows) == "rows.npz: instance 0 has rows with two fine labels");
  rows = rows_of({1, 0, 0.5, 0}, 1);
  CHECK(fault_of(rows) == "rows.npz: must hold two classes or more, got one");
  const StopFlag stopped{true};
  const auto found = audit(rows_of({1, 0, 0.5, 0}), spec_of(), stopped);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::unavailable);
}

}  // namespace ssem::trainer
