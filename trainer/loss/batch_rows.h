// Which rows of a batch share a class and an instance, in an order in which both are contiguous.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

// Rows sorted by class, within a class by instance. Positions below are positions in that order.
class BatchRows {
 public:
  // `classes` and `instances` [N]: equal numbers mean the same class, the same instance; the numbers themselves are
  // free. Errors: lengths that differ, no rows, an instance with rows in two classes. O(N log N).
  static Result<BatchRows> make(std::span<const std::int64_t> classes, std::span<const std::int64_t> instances);

  std::int64_t size() const { return static_cast<std::int64_t>(order_.size()); }
  bool sorted_already() const { return sorted_already_; }
  // Row of the batch at each position.
  const std::vector<std::int64_t>& order() const { return order_; }
  // Class k holds positions class_begins()[k] .. class_begins()[k + 1] - 1; likewise instances.
  const std::vector<std::int64_t>& class_begins() const { return class_begins_; }
  const std::vector<std::int64_t>& instance_begins() const { return instance_begins_; }
  // Of each position: its class and its instance, counted from 0 in sorted order.
  const std::vector<std::int64_t>& class_of() const { return class_of_; }
  const std::vector<std::int64_t>& instance_of() const { return instance_of_; }

 private:
  std::vector<std::int64_t> order_, class_begins_, instance_begins_, class_of_, instance_of_;
  bool sorted_already_ = true;
};

}  // namespace ssem::trainer
