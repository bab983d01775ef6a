#include "trainer/data/csv_dataset.h"

#include <utility>

#include "trainer/data/byte_source.h"
#include "trainer/data/csv_table.h"

namespace ssem::trainer {
namespace {

Result<Dataset> read_part(const DatasetSpec& spec, const std::string& path) {
  const auto read = read_csv(path);
  if (!read) return read.error();
  const CsvTable& table = read.value();
  const auto label = table.column(spec.label_column), fine = table.column(spec.fine_label_column);
  if (!label) return fault_in(path, "has no column " + spec.label_column + ": dataset.label_column names another");
  std::vector<std::size_t> features;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (column != *label && (!fine || column != *fine)) features.push_back(column);
  }
  Dataset data;
  data.name = spec.kind;
  data.shape = {static_cast<std::int64_t>(features.size())};
  auto numbers = csv_numbers(table, features);
  if (!numbers) return numbers.error();
  data.features = std::move(numbers).value();
  auto labels = csv_labels(table, *label, &data.class_names);
  if (!labels) return labels.error();
  data.labels = std::move(labels).value();
  if (!fine) return data;
  auto fine_labels = csv_labels(table, *fine, nullptr);
  if (!fine_labels) return fine_labels.error();
  data.fine_labels = std::move(fine_labels).value();
  return data;
}

}  // namespace

Result<DataSplit> read_csv_dataset(const DatasetSpec& spec) {
  auto train = read_part(spec, spec.path);
  if (!train) return train.error();
  DataSplit split{std::move(train).value(), {}};
  if (spec.test_path.empty()) return split;
  auto test = read_part(spec, spec.test_path);
  if (!test) return test.error();
  split.test = std::move(test).value();
  if (split.test.class_names != split.train.class_names) {
    return fault_in(spec.test_path, "must have the same classes as " + spec.path);
  }
  return split;
}

}  // namespace ssem::trainer
