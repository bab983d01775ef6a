// Labelled examples in memory: images as bytes or tables as floats.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ssem::trainer {

struct Dataset {
  std::string name;
  // Of one example: {channels, height, width} for images, {columns} for tables.
  std::vector<std::int64_t> shape;
  // Examples one after the other, each row-major in `shape`. Exactly one of the two is filled.
  std::vector<std::uint8_t> pixels;
  std::vector<float> features;

  std::vector<std::int64_t> labels;        // [size], 0 .. classes - 1: the classes that are trained on
  std::vector<std::int64_t> fine_labels;   // [size], or empty: a finer division that training does not see
  std::vector<std::int64_t> instance_ids;  // [size], or empty: rows that are views of one instance share an id
  std::vector<std::string> class_names;    // [classes], or empty

  std::string left_out;  // csv: which columns are no features, and why; empty for none

  bool holds_images() const { return !pixels.empty(); }
  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
};

// Test may be empty: the caller then splits one off.
struct DataSplit {
  Dataset train;
  Dataset test;
};

}  // namespace ssem::trainer
