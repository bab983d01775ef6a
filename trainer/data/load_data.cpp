#include "trainer/data/load_data.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "trainer/data/gaussian_hierarchy.h"
#include "trainer/data/read_dataset.h"
#include "trainer/data/shapes.h"
#include "trainer/data/split_data.h"

namespace ssem::trainer {
namespace {

Error data_fault(const std::string& message) {
  FaultList faults;
  faults.add("/dataset", message);
  return faults.to_error();
}

std::optional<Error> check_labels(const std::vector<std::int64_t>& labels, const char* what) {
  std::int64_t most = -1;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0 || labels[row] >= static_cast<std::int64_t>(advisor::kMaxClasses)) {
      return data_fault(std::string(what) + " must be from 0 to " + std::to_string(advisor::kMaxClasses - 1) +
                        ", row " + std::to_string(row) + " has " + std::to_string(labels[row]));
    }
    most = std::max(most, labels[row]);
  }
  std::vector<bool> seen(static_cast<std::size_t>(most + 1));
  for (const std::int64_t label : labels) seen[static_cast<std::size_t>(label)] = true;
  const auto gap = std::find(seen.begin(), seen.end(), false);
  if (gap == seen.end()) return std::nullopt;
  return data_fault(std::string(what) + " must leave out no class: " + std::to_string(gap - seen.begin()) +
                    " of 0 to " + std::to_string(most) + " has no examples");
}

// Files' labels become fine labels, and their groups the classes.
std::optional<Error> group(const std::vector<std::int64_t>& coarse_of_fine, Dataset& data) {
  for (const std::int64_t fine : data.labels) {
    if (fine >= 0 && fine < static_cast<std::int64_t>(coarse_of_fine.size())) continue;
    FaultList faults;
    faults.add("/dataset/coarse_of_fine", "must have an entry for every label of the data: label " +
                                              std::to_string(fine) + " is beyond its " +
                                              std::to_string(coarse_of_fine.size()));
    return faults.to_error();
  }
  data.fine_labels = std::move(data.labels);
  data.labels.clear();
  data.class_names.clear();
  for (const std::int64_t fine : data.fine_labels)
    data.labels.push_back(coarse_of_fine[static_cast<std::size_t>(fine)]);
  return std::nullopt;
}

std::optional<Error> check_parts(const DataSplit& split) {
  if (auto fault = check_dataset(split.train)) return fault;
  if (split.test.shape != split.train.shape || split.test.holds_images() != split.train.holds_images()) {
    return data_fault("must have test examples of the same shape as the training ones");
  }
  const std::int64_t classes = *std::max_element(split.train.labels.begin(), split.train.labels.end()) + 1;
  for (const std::int64_t label : split.test.labels) {
    if (label < 0 || label >= classes) {
      return data_fault("must have no test label beyond the " + std::to_string(classes) + " training classes, got " +
                        std::to_string(label));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> check_dataset(const Dataset& data) {
  const auto rows = static_cast<std::size_t>(data.size());
  std::size_t width = 1;
  for (const std::int64_t side : data.shape) width *= static_cast<std::size_t>(side);
  if (rows == 0 || width == 0) return data_fault("must hold at least one example of at least one number");
  if (data.pixels.size() + data.features.size() != rows * width) {
    return data_fault("must hold as many examples as labels (" + std::to_string(rows) + ")");
  }
  const auto bad = std::find_if(data.features.begin(), data.features.end(), [](float x) { return !std::isfinite(x); });
  if (bad != data.features.end()) {
    return data_fault("must hold finite numbers: row " +
                      std::to_string(static_cast<std::size_t>(bad - data.features.begin()) / width) + " has another");
  }
  for (const auto* extra : {&data.fine_labels, &data.instance_ids}) {
    if (!extra->empty() && extra->size() != rows) {
      return data_fault("must have a fine label and an instance for every example, or for none");
    }
  }
  if (auto fault = check_labels(data.labels, "labels")) return fault;
  if (*std::max_element(data.labels.begin(), data.labels.end()) < 1) {
    return data_fault("must have two classes or more");
  }
  return std::nullopt;
}

Result<DataSplit> load_data(const DatasetSpec& spec, std::uint64_t seed) {
  auto read = spec.kind == "gaussian_hierarchy" ? Result<DataSplit>(gaussian_hierarchy(spec, seed))
              : spec.kind == "shapes"           ? shapes(spec, seed)
                                                : read_dataset_files(spec);
  if (!read) return read.error();
  DataSplit split = std::move(read).value();
  if (!spec.coarse_of_fine.empty()) {
    if (auto fault = group(spec.coarse_of_fine, split.train)) return *fault;
    if (auto fault = group(spec.coarse_of_fine, split.test)) return *fault;
  }
  if (auto fault = check_dataset(split.train)) return *fault;
  if (split.test.size() == 0) {
    auto parts = split_data(split.train, spec.test_share, seed);
    if (!parts) return parts.error();
    split = std::move(parts).value();
  }
  if (auto fault = check_parts(split)) return *fault;
  return split;
}

}  // namespace ssem::trainer
