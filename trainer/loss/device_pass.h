// The loss and its gradient by tensor operations, on any device: tiles sized for it, no copies to the host.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "trainer/loss/batch_rows.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// What the tiles need to know about the rows, on the embeddings' device, in sorted order.
struct DeviceRows {
  at::Tensor order;               // [N] int64
  at::Tensor classes, instances;  // [N] int64
  at::Tensor own, other, anchor;  // [N], PairWeights in the embeddings' type
  std::int64_t class_count = 0, instance_count = 0;
  bool anchor_included = false;
  bool dcl = false;
  bool negatives_only = false;
  bool by_pairs() const { return dcl || negatives_only; }
  // Across the views, undefined otherwise: [N] the view; class and view as one group; that of the class's other view.
  at::Tensor views, class_views, partners;
};
DeviceRows device_rows(const BatchRows& rows, const SupclOptions& options, const at::Tensor& embeddings);

struct DeviceForward {
  at::Tensor loss;          // scalar
  at::Tensor shifts;        // [N], sorted order: the largest similarity of each row
  at::Tensor denominators;  // [N]: sum of exp((s - shift) / temperature); negatives_only: over other classes
  at::Tensor pair_rates;    // [N], dcl and negatives_only: what the anchor's pairs push with, per unit of a term
};

// Rows of a tile that suit the embeddings' device: 4096 on CUDA, 1024 elsewhere.
std::int64_t device_tile(const at::Tensor& embeddings);

// `tile` rows at a time.
DeviceForward device_forward(const at::Tensor& embeddings, const DeviceRows& rows, const SupclOptions& options,
                             std::int64_t tile);
at::Tensor device_backward(const at::Tensor& embeddings, const DeviceRows& rows, const SupclOptions& options,
                           const DeviceForward& forward, const at::Tensor& scale, std::int64_t tile);

}  // namespace ssem::trainer
