// Labels as an int64 tensor.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

inline at::Tensor label_tensor(std::span<const std::int64_t> labels, c10::Device device) {
  return at::tensor(at::ArrayRef<std::int64_t>(labels.data(), labels.size()), at::kLong).to(device);
}

}  // namespace ssem::trainer
