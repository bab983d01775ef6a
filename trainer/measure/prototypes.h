// Classification by class means.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

// The share of `test` [Q, d] whose label is that of the mean of `bank` [M, d] rows nearest in cosine: the head's own
// classifier (Koromilas et al., 2026). Rows are normalised here. O((M + Q K) d). nan without rows on either side.
double prototype_accuracy(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& test,
                          std::span<const std::int64_t> test_labels);

// The same from few rows: each draw, by `seed`, takes `shots` rows of every class of the bank (all of a smaller one),
// centred by the bank's mean and normalised (SimpleShot's CL2N: Wang et al., 2019). The mean of kFewShotDraws draws.
double few_shot_accuracy(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& test,
                         std::span<const std::int64_t> test_labels, std::int64_t shots, std::uint64_t seed);

inline constexpr std::int64_t kFewShotDraws = 20;

}  // namespace ssem::trainer
