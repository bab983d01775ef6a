#include "trainer/audit/streamed_audit.h"

#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/trainer/audit/made_rows.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/audit/compared_rows.h"

namespace ssem::trainer {
namespace {

std::string npy_text(const std::vector<double>& values, std::int64_t rows, std::int64_t columns) {
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", " +
                       std::to_string(columns) + "), }\n";
  std::string text = "\x93NUMPY\x01";
  text += '\0';
  text += static_cast<char>(header.size() & 0xFFU);
  text += static_cast<char>(header.size() >> 8U);
  return text + header + std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
}

// The same rows in a file, each an image of its own.
EmbeddingRows stored(const TemporaryFolder& folder, EmbeddingRows rows) {
  const std::string path = folder.write("x.npy", npy_text(rows.values, rows.rows(), rows.dimension));
  rows.stored = StoredRows::open(path, 1).value();
  rows.values.clear();
  return rows;
}

EmbeddingRows images_of(const Sizes& sizes) {
  EmbeddingRows rows = rows_of(sizes);
  rows.fine_labels.clear();
  rows.instance_ids.clear();
  rows.labels.front() = -7;  // a class of one row
  return rows;
}

}  // namespace

TEST_CASE("rows that stay in their file are audited as the same rows in memory are") {
  const TemporaryFolder folder;
  for (const Sizes& sizes : {Sizes{1, 0, 0.8, 0}, Sizes{1, 0, 0.02, 0}, Sizes{0, 0, 1, 0}}) {
    const EmbeddingRows rows = images_of(sizes);
    const auto near = [](double left, double right) {
      return (std::isnan(left) && std::isnan(right)) || std::abs(left - right) < 1e-12;
    };
    std::int64_t told = 0;
    const Audit held = audit(rows, spec_of(0.1), kGoOn).value();
    const Audit read = audit(stored(folder, rows), spec_of(0.1), kGoOn, [&](std::int64_t done, std::int64_t all) {
                         told = done;
                         CHECK(all == rows.rows());
                       }).value();
    CHECK(told == rows.rows());
    CHECK(read.regime == held.regime);
    CHECK(read.diagnosis == held.diagnosis);
    CHECK(read.compared_rows == held.compared_rows);
    const std::vector<std::pair<double, double>> pairs{
        {read.least_norm, held.least_norm},
        {read.largest_norm, held.largest_norm},
        {read.geometry.within_class_variance, held.geometry.within_class_variance},
        {read.geometry.between_class_variance, held.geometry.between_class_variance},
        {read.geometry.within_class_similarity, held.geometry.within_class_similarity},
        {read.geometry.between_class_similarity, held.geometry.between_class_similarity},
        {read.geometry.view_variance, held.geometry.view_variance},
        {read.geometry.view_similarity, held.geometry.view_similarity},
        {read.geometry.global_mean_square, held.geometry.global_mean_square},
        {read.nested.total, held.nested.total},
        {read.nested.between_classes, held.nested.between_classes},
        {read.nested.between_instances, held.nested.between_instances},
        {read.spread.alignment, held.spread.alignment},
        {read.spread.uniformity, held.spread.uniformity},
        {read.knn.unweighted, held.knn.unweighted}};
    for (const auto& [left, right] : pairs) CHECK(near(left, right));
    CHECK(std::abs(read.effective_rank - held.effective_rank) < 1e-9);
    REQUIRE(read.per_class.size() == held.per_class.size());
    for (std::size_t k = 0; k < held.per_class.size(); ++k) {
      CHECK(read.per_class[k].label == held.per_class[k].label);
      CHECK(read.per_class[k].collapsed == held.per_class[k].collapsed);
      CHECK(near(read.per_class[k].geometry.within_class_variance, held.per_class[k].geometry.within_class_variance));
    }
  }
}

TEST_CASE("a stored row without a direction or a finite number is named, and so is a file that became shorter") {
  const TemporaryFolder folder;
  const auto fault = [&](double value) {
    EmbeddingRows rows = images_of({1, 0, 0.5, 0});
    std::fill_n(rows.values.begin() + 3 * kColumns, kColumns, value);
    const auto found = audit(stored(folder, rows), spec_of(), kGoOn);
    return found ? std::string() : found.error().message;
  };
  CHECK(has(fault(0), "x.npy: row 3 is all zeros"));
  CHECK(has(fault(std::nan("")), "row 3 holds a number that is not finite"));
  CHECK(fault(1).empty());
  const EmbeddingRows rows = stored(folder, images_of({1, 0, 0.5, 0}));
  std::filesystem::resize_file(rows.stored->path(), 1000);
  CHECK(has(audit(rows, spec_of(), kGoOn).error().message, "became shorter"));
}

TEST_CASE("only large arrays of numbers, row by row, stay in their file; one that does not fit its header is refused") {
  const TemporaryFolder folder;
  const std::string good = npy_text({1, 2, 3, 4, 5, 6}, 3, 2);
  const auto opened = [&](const std::string& text, std::int64_t least) {
    return StoredRows::open(folder.write("y.npy", text), least);
  };
  CHECK(opened(good, 6).value()->read(1, 2).value() == std::vector<double>{3, 4, 5, 6});
  CHECK_FALSE(opened(good, 7).value());
  std::string fortran = good;
  fortran.replace(fortran.find("False"), 5, "True ");
  CHECK_FALSE(opened(fortran, 1).value());
  CHECK_FALSE(opened(good + "x", 1));
  CHECK_FALSE(opened(good.substr(0, good.size() - 1), 1));
  CHECK_FALSE(StoredRows::open(folder.path(), 1).value());
}

TEST_CASE("drawn rows are different, in order, all where they are few, and about as many from each part") {
  CHECK(drawn_rows(5, 9) == std::vector<std::int64_t>{0, 1, 2, 3, 4});
  const std::vector<std::int64_t> drawn = drawn_rows(100'000, 10'000);
  REQUIRE(drawn.size() == 10'000);
  CHECK(std::set<std::int64_t>(drawn.begin(), drawn.end()).size() == drawn.size());
  CHECK(std::is_sorted(drawn.begin(), drawn.end()));
  const auto first_half = std::count_if(drawn.begin(), drawn.end(), [](std::int64_t row) { return row < 50'000; });
  CHECK(std::abs(static_cast<double>(first_half) - 5000) < 300);  // six standard deviations
}

}  // namespace ssem::trainer
