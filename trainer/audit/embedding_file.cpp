#include "trainer/audit/embedding_file.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "trainer/audit/embedding_arrays.h"
#include "trainer/data/byte_source.h"
#include "trainer/data/csv_table.h"
#include "trainer/data/npz_reader.h"
#include "trainer/files/safetensors.h"

namespace ssem::trainer {
namespace {

constexpr std::array<std::string_view, 6> kLabelColumns{"label", "labels", "target", "targets", "class", "y"};
constexpr std::array<std::string_view, 1> kFineColumn{"fine_label"};
constexpr std::array<std::string_view, 1> kInstanceColumn{"instance_id"};

// The words of a metadata.tsv beside vectors.tsv, as TensorBoard's projector has them: one a line, or a column named
// label.
Result<std::vector<std::string>> projector_labels(const std::string& path) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  std::vector<std::string> words(1);
  for (const std::uint8_t byte : whole.value().bytes) {
    if (byte == '\t') {
      const auto table = read_csv(path);
      if (!table) return table.error();
      const auto label = table.value().column_among(kLabelColumns);
      if (!label) return fault_in(path, "must have a column named label");
      words.clear();
      for (const auto& row : table.value().rows) words.push_back(row[*label]);
      return words;
    }
    if (byte == '\n') {
      words.emplace_back();
    } else if (byte != '\r') {
      words.back() += static_cast<char>(byte);
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// Adds them as a column; false where there is no such file.
Result<bool> add_projector_labels(CsvTable& table) {
  const std::filesystem::path beside = std::filesystem::path(table.path).parent_path() / "metadata.tsv";
  std::error_code absent;
  if (!table.path.ends_with(".tsv") || !std::filesystem::exists(beside, absent)) return false;
  const auto words = projector_labels(beside.string());
  if (!words) return words.error();
  if (words.value().size() != table.rows.size()) {
    return fault_in(beside.string(), "has " + std::to_string(words.value().size()) + " labels for " +
                                         std::to_string(table.rows.size()) + " rows");
  }
  table.columns.emplace_back("label");
  for (std::size_t row = 0; row < table.rows.size(); ++row) table.rows[row].push_back(words.value()[row]);
  return true;
}

Result<EmbeddingRows> rows_of_csv(const std::string& path) {
  auto read = read_csv(path);
  if (!read) return read.error();
  CsvTable table = std::move(read).value();
  if (!table.column_among(kLabelColumns)) {
    const auto added = add_projector_labels(table);
    if (!added) return added.error();
  }
  // The y of x, y is a coordinate.
  const auto label_names = std::span(kLabelColumns).first(kLabelColumns.size() - (table.column("x") ? 1 : 0));
  const auto label = table.column_among(label_names);
  const auto fine = table.column_among(kFineColumn), instance = table.column_among(kInstanceColumn);
  if (!label) return fault_in(path, "must have a column named label (or target, class, y)");
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
  if (!found.left_out.empty()) {
    found.taken = found.coordinate_names.front() + " to " + found.coordinate_names.back() + ", " +
                  std::to_string(found.dimension) + " columns";
  }
  const auto take = [&](const std::optional<std::size_t>& column, std::vector<std::int64_t>& target,
                        std::vector<std::string>* names) -> std::optional<Error> {
    if (!column) return std::nullopt;
    auto labels = csv_labels(table, *column, names);
    if (!labels) return labels.error();
    target = std::move(labels).value();
    return std::nullopt;
  };
  if (auto fault = take(label, found.labels, &found.class_names)) return *std::move(fault);
  if (auto fault = take(fine, found.fine_labels, nullptr)) return *std::move(fault);
  if (auto fault = take(instance, found.instance_ids, nullptr)) return *std::move(fault);
  return found;
}

// The labels of X.npy lie beside it.
Result<EmbeddingRows> rows_of_npy(const std::string& path) {
  auto embeddings = read_npy(path);
  if (!embeddings) return embeddings.error();
  const std::filesystem::path whole(path);
  const std::filesystem::path folder = whole.parent_path();
  const std::string own = whole.stem().string() + "_labels.npy";
  for (const std::string& name : {own, std::string("labels.npy"), std::string("y.npy"), std::string("y_true.npy")}) {
    const std::filesystem::path beside = folder / name;
    std::error_code absent;
    if (!std::filesystem::exists(beside, absent) || beside.filename() == whole.filename()) continue;
    auto labels = read_npy(beside.string());
    if (!labels) return labels.error();
    NamedArrays arrays;
    arrays.emplace("embeddings", std::move(embeddings).value());
    arrays.emplace("labels", std::move(labels).value());
    auto found = rows_of_arrays(path, arrays);
    if (!found) return found;
    EmbeddingRows rows = std::move(found).value();
    rows.taken = "the labels of " + beside.filename().string();
    return rows;
  }
  return fault_in(path, "needs its labels beside it, in " + own + ", labels.npy or y.npy");
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
  if (path.ends_with(".npy")) return rows_of_npy(path);
  for (const char* ending : {".csv", ".csv.gz", ".tsv", ".tsv.gz"}) {
    if (path.ends_with(ending)) return rows_of_csv(path);
  }
  for (const char* ending : {".pt", ".pth", ".pkl", ".pickle"}) {
    if (path.ends_with(ending)) {
      return fault_in(path, "is Python's pickle, which may run code: save it as npz (numpy.savez) or safetensors");
    }
  }
  return fault_in(path, "must end in .npz, .npy, .csv, .tsv or .safetensors, which says how to read it");
}

}  // namespace

Result<EmbeddingRows> read_embedding_file(const std::string& path) {
  auto found = read_by_ending(path);
  if (!found) return found;
  if (auto fault = check(path, found.value())) return *std::move(fault);
  return found;
}

}  // namespace ssem::trainer
