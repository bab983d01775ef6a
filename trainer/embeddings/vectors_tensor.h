// Row-major numbers as a float64 tensor.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ssem::trainer {

inline at::Tensor vectors_tensor(const std::vector<double>& vectors, std::int64_t columns) {
  at::Tensor tensor =
      at::empty({static_cast<std::int64_t>(vectors.size()) / columns, columns}, at::TensorOptions().dtype(at::kDouble));
  std::copy(vectors.begin(), vectors.end(), tensor.data_ptr<double>());
  return tensor;
}

}  // namespace ssem::trainer
