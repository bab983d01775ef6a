// What a linear classifier reads off frozen features.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

// Accuracy on `test` [Q, d] of multinomial logistic regression fitted on `train` [M, d]: columns standardised by the
// training rows, mean cross-entropy + decay/2 |weights|^2 (not the bias), minimised by L-BFGS in float32 with float64
// sums. The decay is the best of 1e-4 .. 1 on a fifth of the training rows held out (stratified, by `seed`), then all
// rows are fitted with it. Deterministic. Labels are 0 and above. nan without rows on either side.
double linear_probe_accuracy(const at::Tensor& train, std::span<const std::int64_t> train_labels,
                             const at::Tensor& test, std::span<const std::int64_t> test_labels, std::uint64_t seed);

}  // namespace ssem::trainer
