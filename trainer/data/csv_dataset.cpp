#include "trainer/data/csv_dataset.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/training/spec_fields.h"
#include "trainer/data/byte_source.h"
#include "trainer/data/csv_coordinates.h"
#include "trainer/data/csv_table.h"
#include "trainer/data/named_columns.h"

namespace ssem::trainer {
namespace {

struct LabelColumns {
  std::size_t label;
  std::optional<std::size_t> fine;
};

Result<LabelColumns> label_columns(const DatasetSpec& spec, const CsvTable& table) {
  const auto label = table.column(spec.label_column);
  if (!label)
    return fault_in(table.path, "has no column " + spec.label_column + ": dataset.label_column names another");
  return LabelColumns{*label, table.column(spec.fine_label_column)};
}

Result<Dataset> examples(const DatasetSpec& spec, const CsvTable& table, const LabelColumns& of_labels,
                         const std::vector<std::size_t>& features) {
  Dataset data;
  data.name = spec.kind;
  data.shape = {static_cast<std::int64_t>(features.size())};
  auto numbers = csv_numbers(table, features);
  if (!numbers) return numbers.error();
  data.features = std::move(numbers).value();
  auto labels = csv_labels(table, of_labels.label, &data.class_names);
  if (!labels) return labels.error();
  data.labels = std::move(labels).value();
  if (!of_labels.fine) return data;
  auto fine_labels = csv_labels(table, *of_labels.fine, nullptr);
  if (!fine_labels) return fine_labels.error();
  data.fine_labels = std::move(fine_labels).value();
  return data;
}

// Those that the spec names, or those that find_coordinates finds.
Result<CsvCoordinates> coordinates_of(const DatasetSpec& spec, const CsvTable& table, const LabelColumns& of_labels) {
  std::vector<std::size_t> labels{of_labels.label};
  if (of_labels.fine) labels.push_back(*of_labels.fine);
  if (spec.embedding_columns.empty()) return find_coordinates(table, labels, CsvContent::features);
  const std::string field(advisor::json::training::kEmbeddingColumns);
  auto columns = named_columns(table, spec.embedding_columns);
  if (!columns) return fault_in(table.path, field + ' ' + columns.error().message);
  for (const std::size_t label : labels) {
    if (std::count(columns.value().begin(), columns.value().end(), label) == 0) continue;
    return fault_in(table.path, field + " names the column " + advisor::json::quote_for_message(table.columns[label]) +
                                    ", which holds labels");
  }
  return coordinates_as_named(table, std::move(columns).value(), labels);
}

// The columns of `table` with the names that `chosen` has in `train`, in that order.
Result<std::vector<std::size_t>> same_columns(const CsvTable& train, const std::vector<std::size_t>& chosen,
                                              const CsvTable& table) {
  std::vector<std::size_t> columns;
  for (const std::size_t column : chosen) {
    const auto same = table.column(train.columns[column]);
    if (!same) return fault_in(table.path, "has no column " + train.columns[column] + ", which " + train.path + " has");
    columns.push_back(*same);
  }
  return columns;
}

}  // namespace

Result<DataSplit> read_csv_dataset(const DatasetSpec& spec) {
  const auto read = read_csv(spec.path);
  if (!read) return read.error();
  const CsvTable& table = read.value();
  const auto of_labels = label_columns(spec, table);
  if (!of_labels) return of_labels.error();
  const auto features = coordinates_of(spec, table, of_labels.value());
  if (!features) return features.error();
  auto train = examples(spec, table, of_labels.value(), features.value().columns);
  if (!train) return train.error();
  DataSplit split{std::move(train).value(), {}};
  split.train.left_out = left_out_text(features.value().left_out);
  if (spec.test_path.empty()) return split;
  const auto other = read_csv(spec.test_path);
  if (!other) return other.error();
  const auto other_labels = label_columns(spec, other.value());
  if (!other_labels) return other_labels.error();
  const auto same = same_columns(table, features.value().columns, other.value());
  if (!same) return same.error();
  auto test = examples(spec, other.value(), other_labels.value(), same.value());
  if (!test) return test.error();
  split.test = std::move(test).value();
  if (split.test.class_names != split.train.class_names) {
    return fault_in(spec.test_path, "must have the same classes as " + spec.path);
  }
  return split;
}

}  // namespace ssem::trainer
