// Over how many directions the images of a class spread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

// The participation number of the within-class spread,
//
//   k = mean_c (tr C_c)^2 / mean_c tr(C_c^2),
//
// C_c the covariance of class c, means weighted by rows: k equal directions give k. It is what estimator E1 calls k_eff
// (advisor/theory.md, section 3): few directions make the cosines within a class scatter, and the loss spread less.
// tr(C^2) is freed of what a finite sample adds, (tr C)^2 / rows. `rows` [N, d]; classes with fewer than three rows are
// left out; nan without others or without variance. Float64. O(N d min(N, d)).
double class_directions(const at::Tensor& rows, std::span<const std::int64_t> labels);

}  // namespace ssem::trainer
