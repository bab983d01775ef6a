// Can data that are none of the classes be told by their distance?
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ssem::trainer {

// Area under the ROC curve of telling `foreign` [F, d] from `own` [Q, d] by the cosine to the k-th nearest row of
// `bank` [M, d] (Sun, Ming, Zhu, Li, 2022), k = min(kForeignNeighbours, M): the chance that a foreign row lies farther
// off than an own one, equal distances counting half. .5 tells nothing, 1 everything. nan without rows in any of the
// three. O((Q + F) M d) in tiles.
double foreign_auroc(const at::Tensor& bank, const at::Tensor& own, const at::Tensor& foreign);

inline constexpr std::int64_t kForeignNeighbours = 50;

}  // namespace ssem::trainer
