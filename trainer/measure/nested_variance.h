// Where the variance of embeddings lies: between classes, between fine classes, between images, between views.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>

namespace ssem::trainer {

// All are means over rows of squared distances; the parts add up to the total.
struct NestedVariance {
  double total = 0;                     // of rows from their mean
  double between_classes = 0;           // of class means from the mean
  std::optional<double> between_fine;   // of fine-class means from their class's; absent without fine labels
  double between_instances = 0;         // of instance means from their fine class's, or class's
  std::optional<double> between_views;  // of rows from their instance's mean; absent without instances
};

// `embeddings` [N, d] of any norm; labels [N]; fine labels and instances [N] or empty. Levels are nested: a fine class
// means fine label within label, an instance means instance within fine class. Float64, O(N d + N log N).
NestedVariance nested_variance(const at::Tensor& embeddings, std::span<const std::int64_t> labels,
                               std::span<const std::int64_t> fine_labels, std::span<const std::int64_t> instances);

}  // namespace ssem::trainer
