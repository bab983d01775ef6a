#include "trainer/data/split_data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "trainer/data/random_numbers.h"

namespace ssem::trainer {
namespace {

template <class Value>
std::vector<Value> taken(const std::vector<Value>& values, std::span<const std::int64_t> rows, std::size_t width) {
  std::vector<Value> chosen;
  if (values.empty()) return chosen;
  chosen.reserve(rows.size() * width);
  for (const std::int64_t row : rows) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * width);
    chosen.insert(chosen.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  return chosen;
}

}  // namespace

Dataset taken_rows(const Dataset& data, std::span<const std::int64_t> rows) {
  std::size_t width = 1;
  for (const std::int64_t side : data.shape) width *= static_cast<std::size_t>(side);
  Dataset part;
  part.name = data.name;
  part.shape = data.shape;
  part.class_names = data.class_names;
  part.left_out = data.left_out;
  part.pixels = taken(data.pixels, rows, width);
  part.features = taken(data.features, rows, width);
  part.labels = taken(data.labels, rows, 1);
  part.fine_labels = taken(data.fine_labels, rows, 1);
  part.instance_ids = taken(data.instance_ids, rows, 1);
  return part;
}

Result<DataSplit> split_data(const Dataset& data, double test_share, std::uint64_t seed) {
  // class -> instance -> rows; a row without instance ids is an instance of its own.
  std::map<std::int64_t, std::map<std::int64_t, std::vector<std::int64_t>>> classes;
  for (std::int64_t row = 0; row < data.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    classes[data.labels[at]][data.instance_ids.empty() ? row : data.instance_ids[at]].push_back(row);
  }
  RandomNumbers random(seed);
  std::vector<std::int64_t> train, test;
  for (auto& [label, instances] : classes) {
    std::vector<std::int64_t> order;
    for (const auto& [instance, rows] : instances) order.push_back(instance);
    if (order.size() < 2) {
      FaultList faults;
      faults.add("/dataset/test_share", "cannot be split off: class " + std::to_string(label) +
                                            " has a single image; give test data or more images");
      return faults.to_error();
    }
    for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
    const auto wanted = std::llround(test_share * static_cast<double>(order.size()));
    const auto held = std::clamp<std::int64_t>(wanted, 1, static_cast<std::int64_t>(order.size()) - 1);
    for (std::size_t k = 0; k < order.size(); ++k) {
      auto& part = static_cast<std::int64_t>(k) < held ? test : train;
      const auto& rows = instances[order[k]];
      part.insert(part.end(), rows.begin(), rows.end());
    }
  }
  std::sort(train.begin(), train.end());
  std::sort(test.begin(), test.end());
  return DataSplit{taken_rows(data, train), taken_rows(data, test)};
}

}  // namespace ssem::trainer
