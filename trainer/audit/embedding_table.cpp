#include "trainer/audit/embedding_table.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "advisor/json/training/spec_fields.h"
#include "trainer/audit/embedding_arrays.h"
#include "trainer/data/byte_source.h"
#include "trainer/data/csv_coordinates.h"
#include "trainer/data/csv_table.h"
#include "trainer/data/named_columns.h"

namespace ssem::trainer {
namespace {

namespace protocol = advisor::json::training;

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

// The first of the names that is there and is no coordinate.
std::optional<std::size_t> column_beside(const CsvTable& table, std::span<const std::string_view> names,
                                         const std::vector<std::size_t>& coordinates) {
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto column = table.column_among(names.subspan(k, 1));
    if (column && std::find(coordinates.begin(), coordinates.end(), *column) == coordinates.end()) return column;
  }
  return std::nullopt;
}

}  // namespace

Error fault_in_columns(const std::string& message) {
  return {ErrorCode::invalid_argument, "", {{'/' + std::string(protocol::kEmbeddingColumns), message}}};
}

Result<EmbeddingRows> rows_of_table(const std::string& path, const std::string& columns, Labels wanted) {
  auto read = read_csv(path);
  if (!read) return read.error();
  CsvTable table = std::move(read).value();
  std::vector<std::size_t> chosen;
  if (!columns.empty()) {
    auto named = named_columns(table, columns);
    if (!named) return fault_in_columns(named.error().message);
    chosen = std::move(named).value();
  }
  // The y of x, y is a coordinate.
  const auto label_names = std::span(kLabelColumns).first(kLabelColumns.size() - (table.column("x") ? 1 : 0));
  const bool labelled = wanted == Labels::needed;
  auto label = column_beside(table, label_names, chosen);
  if (labelled && !label) {
    const auto added = add_projector_labels(table);
    if (!added) return added.error();
    if (added.value()) label = table.columns.size() - 1;
  }
  const auto fine = column_beside(table, kFineColumn, chosen), instance = column_beside(table, kInstanceColumn, chosen);
  if (labelled && !label) {
    return fault_in(path, "must have a column named label (or target, class, y)" +
                              std::string(chosen.empty() ? "" : " beside the embedding columns") + kWithoutLabels);
  }
  std::vector<std::size_t> labels;
  for (const auto& column : {label, fine, instance}) {
    if (column) labels.push_back(*column);
  }
  auto coordinates = chosen.empty() ? find_coordinates(table, labels, CsvContent::embeddings)
                                    : Result<CsvCoordinates>(coordinates_as_named(table, std::move(chosen), labels));
  if (!coordinates) return coordinates.error();
  const std::vector<std::size_t>& of_rows = coordinates.value().columns;
  const auto numbers = csv_numbers(table, of_rows);
  if (!numbers) return numbers.error();
  EmbeddingRows found;
  found.dimension = static_cast<std::int64_t>(of_rows.size());
  found.values.assign(numbers.value().begin(), numbers.value().end());
  for (const std::size_t column : of_rows) found.coordinate_names.push_back(table.columns[column]);
  found.left_out = coordinates.value().left_out;
  if (!found.left_out.empty()) {
    found.taken = found.coordinate_names.front() + " to " + found.coordinate_names.back() + ", " +
                  std::to_string(found.dimension) + " columns";
  }
  const auto take = [&](const std::optional<std::size_t>& column, std::vector<std::int64_t>& target,
                        std::vector<std::string>* names) -> std::optional<Error> {
    if (!column) return std::nullopt;
    auto values = csv_labels(table, *column, names);
    if (!values) return values.error();
    target = std::move(values).value();
    return std::nullopt;
  };
  if (!labelled) {
    found.labels.assign(table.rows.size(), 0);
    for (const auto& column : {label, fine}) {
      if (column) found.left_out.push_back({table.columns[*column], "a label"});
    }
  } else {
    if (auto fault = take(label, found.labels, &found.class_names)) return *std::move(fault);
    if (auto fault = take(fine, found.fine_labels, nullptr)) return *std::move(fault);
  }
  if (auto fault = take(instance, found.instance_ids, nullptr)) return *std::move(fault);
  return found;
}

}  // namespace ssem::trainer
