// What a linear classifier reads off frozen features.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

// Multinomial logistic regression fitted on `train` [M, d]: columns standardised by the
// training rows, mean cross-entropy + decay/2 |weights|^2 (not the bias), minimised by L-BFGS about a bound on its
// curvature, in float32 with float64 sums. The decay is the best of 1e-4 .. 1 on a fifth of the training rows held out
// (stratified, by `seed`), then all rows are fitted with it. Deterministic. Labels are 0 and above.
class LinearProbe {
 public:
  LinearProbe(const at::Tensor& train, std::span<const std::int64_t> train_labels, std::uint64_t seed);

  // The share of `test` [Q, d] that is told rightly; nan without rows on either side.
  double accuracy(const at::Tensor& test, std::span<const std::int64_t> test_labels) const;

 private:
  at::Tensor mean_, scale_;  // [1, d]
  at::Tensor weights_;       // [d + 1, classes]; undefined without rows
};

// Of a probe that is asked once.
double linear_probe_accuracy(const at::Tensor& train, std::span<const std::int64_t> train_labels,
                             const at::Tensor& test, std::span<const std::int64_t> test_labels, std::uint64_t seed);

}  // namespace ssem::trainer
