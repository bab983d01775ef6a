#include "trainer/audit/embedding_file.h"

#include <cmath>
#include <optional>
#include <utility>

#include "trainer/data/byte_source.h"
#include "trainer/data/csv_table.h"
#include "trainer/data/named_arrays.h"
#include "trainer/data/npz_reader.h"
#include "trainer/files/safetensors.h"

namespace ssem::trainer {
namespace {

Result<EmbeddingRows> rows_of_arrays(const std::string& path, const NamedArrays& arrays) {
  const Array* rows = find_array(arrays, {"embeddings", "z", "features", "x"});
  const Array* labels = find_array(arrays, {"labels", "y"});
  if (rows == nullptr) return fault_in(path, "must hold the embeddings as embeddings, z, features or x");
  if (labels == nullptr) return fault_in(path, "must hold the labels as labels or y");
  if (rows->shape.size() != 2) {
    return fault_in(path, "the embeddings must have two dimensions, rows and columns, got " + shape_text(rows->shape));
  }
  EmbeddingRows found;
  found.dimension = rows->shape[1];
  found.values = to_doubles(*rows);
  const auto take = [&](const Array* array, const char* name,
                        std::vector<std::int64_t>& target) -> std::optional<Error> {
    if (array == nullptr) return std::nullopt;
    auto column = integer_column(*array, rows->rows(), path + ": " + name);
    if (!column) return column.error();
    target = std::move(column).value();
    return std::nullopt;
  };
  if (auto fault = take(labels, "the labels", found.labels)) return *std::move(fault);
  if (auto fault = take(find_array(arrays, {"fine_labels"}), "the fine labels", found.fine_labels))
    return *std::move(fault);
  if (auto fault = take(find_array(arrays, {"instance_ids"}), "the instance ids", found.instance_ids))
    return *std::move(fault);
  return found;
}

Result<EmbeddingRows> rows_of_csv(const std::string& path) {
  const auto read = read_csv(path);
  if (!read) return read.error();
  const CsvTable& table = read.value();
  const auto label = table.column("label"), fine = table.column("fine_label"), instance = table.column("instance_id");
  if (!label) return fault_in(path, "must have a column named label");
  std::vector<std::size_t> named{*label};
  for (const auto& column : {fine, instance}) {
    if (column) named.push_back(*column);
  }
  auto coordinates = find_coordinates(table, named, CsvContent::embeddings);
  if (!coordinates) return coordinates.error();
  const std::vector<std::size_t>& columns = coordinates.value().columns;
  const auto numbers = csv_numbers(table, columns);
  if (!numbers) return numbers.error();
  EmbeddingRows found;
  found.dimension = static_cast<std::int64_t>(columns.size());
  found.values.assign(numbers.value().begin(), numbers.value().end());
  for (const std::size_t column : columns) found.coordinate_names.push_back(table.columns[column]);
  found.left_out = coordinates.value().left_out;
  const auto take = [&](const std::optional<std::size_t>& column,
                        std::vector<std::int64_t>& target) -> std::optional<Error> {
    if (!column) return std::nullopt;
    auto labels = csv_labels(table, *column, nullptr);
    if (!labels) return labels.error();
    target = std::move(labels).value();
    return std::nullopt;
  };
  if (auto fault = take(label, found.labels)) return *std::move(fault);
  if (auto fault = take(fine, found.fine_labels)) return *std::move(fault);
  if (auto fault = take(instance, found.instance_ids)) return *std::move(fault);
  return found;
}

std::optional<Error> check(const std::string& path, const EmbeddingRows& found) {
  if (found.rows() < 2 || found.dimension < 1) return fault_in(path, "must hold two embeddings of one column or more");
  for (std::int64_t row = 0; row < found.rows(); ++row) {
    double square = 0;
    for (std::int64_t k = 0; k < found.dimension; ++k) {
      const double value = found.values[static_cast<std::size_t>(row * found.dimension + k)];
      square += value * value;
    }
    if (!std::isfinite(square))
      return fault_in(path, "row " + std::to_string(row) + " holds a number that is not finite, or too large");
    if (!(square > 0))
      return fault_in(path, "row " + std::to_string(row) + " is all zeros, or nearly: it has no direction");
  }
  return std::nullopt;
}

Result<EmbeddingRows> read_by_ending(const std::string& path) {
  if (path.ends_with(".npz")) {
    const auto arrays = read_npz(path);
    if (!arrays) return arrays.error();
    return rows_of_arrays(path, arrays.value());
  }
  if (path.ends_with(".safetensors")) {
    const auto file = read_safetensors(path);
    if (!file) return file.error();
    return rows_of_arrays(path, file.value().arrays);
  }
  if (path.ends_with(".csv") || path.ends_with(".csv.gz")) return rows_of_csv(path);
  return fault_in(path, "must end in .npz, .csv or .safetensors, which says how to read it");
}

}  // namespace

Result<EmbeddingRows> read_embedding_file(const std::string& path) {
  auto found = read_by_ending(path);
  if (!found) return found;
  if (auto fault = check(path, found.value())) return *std::move(fault);
  return found;
}

}  // namespace ssem::trainer
