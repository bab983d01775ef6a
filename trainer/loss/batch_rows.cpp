#include "trainer/loss/batch_rows.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

namespace ssem::trainer {
namespace {

Error invalid(std::string message) { return {ErrorCode::invalid_argument, std::move(message), {}}; }

}  // namespace

Result<BatchRows> BatchRows::make(std::span<const std::int64_t> classes, std::span<const std::int64_t> instances) {
  if (classes.size() != instances.size()) {
    return invalid("classes and instances must have one number per row, got " + std::to_string(classes.size()) +
                   " and " + std::to_string(instances.size()));
  }
  if (classes.empty()) return invalid("a batch needs at least one row");
  std::unordered_map<std::int64_t, std::int64_t> class_of_instance;
  class_of_instance.reserve(classes.size());
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const auto [known, is_new] = class_of_instance.emplace(instances[row], classes[row]);
    if (!is_new && known->second != classes[row]) {
      return invalid("instance " + std::to_string(instances[row]) + " has rows in class " +
                     std::to_string(known->second) + " and in class " + std::to_string(classes[row]));
    }
  }

  BatchRows rows;
  rows.order_.resize(classes.size());
  std::iota(rows.order_.begin(), rows.order_.end(), 0);
  const auto key = [&](std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    return std::pair(classes[at], instances[at]);
  };
  std::stable_sort(rows.order_.begin(), rows.order_.end(),
                   [&](std::int64_t left, std::int64_t right) { return key(left) < key(right); });
  rows.sorted_already_ = std::is_sorted(rows.order_.begin(), rows.order_.end());
  for (std::size_t position = 0; position < rows.order_.size(); ++position) {
    const auto here = key(rows.order_[position]);
    const bool first = position == 0;
    const auto before = first ? here : key(rows.order_[position - 1]);
    if (first || here.first != before.first) rows.class_begins_.push_back(static_cast<std::int64_t>(position));
    if (first || here != before) rows.instance_begins_.push_back(static_cast<std::int64_t>(position));
    rows.class_of_.push_back(static_cast<std::int64_t>(rows.class_begins_.size()) - 1);
    rows.instance_of_.push_back(static_cast<std::int64_t>(rows.instance_begins_.size()) - 1);
  }
  rows.class_begins_.push_back(rows.size());
  rows.instance_begins_.push_back(rows.size());
  return rows;
}

}  // namespace ssem::trainer
