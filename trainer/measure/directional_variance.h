// Variance along the lines between class centres, which governs few-shot error where the whole variance does not.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

// Mean over ordered pairs of classes i, j of
//
//   var_i(u . (mu_i - mu_j)) / |mu_i - mu_j|^4,
//
// the class-distance normalised variance of class i along the line to class j's centre (Luthra, Yang, Galanti, 2025).
// Pairs with equal centres are left out; nan where none is left.
// `rows` [N, d] of any norm, labels 0 and above. Float64. O(N K d) time, O(N + K^2) memory.
double directional_variance(const at::Tensor& rows, std::span<const std::int64_t> labels);

}  // namespace ssem::trainer
