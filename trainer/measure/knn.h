// Accuracy of nearest neighbours in cosine similarity.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "trainer/events/events.h"

namespace ssem::trainer {

struct KnnAccuracy {
  double unweighted = 0;  // each of the k neighbours has one vote: the paper's, with k = 200
  double weighted = 0;    // exp(similarity / 0.1) votes (Wu et al., 2018)
};

inline constexpr std::int64_t kNeighbours = 200;

// The share of `queries` [Q, d] whose label wins the vote of their min(k, M) nearest rows of `bank` [M, d]; equal votes
// go to the smaller label. Rows are normalised here; a zero row is similar to nothing. Labels are 0 and above.
// O(Q M d) time, O(M) memory a query, in tiles on the tensors' device. nan without queries or bank.
KnnAccuracy knn_accuracy(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& queries,
                         std::span<const std::int64_t> query_labels, std::int64_t k = kNeighbours);

// Each row against those of all other instances; without `instances` (empty) every row is one of its own. At most as
// many neighbours as every row has. nan when `stop` was set before the end.
KnnAccuracy knn_leave_one_out(const at::Tensor& rows, std::span<const std::int64_t> labels,
                              std::int64_t k = kNeighbours, std::span<const std::int64_t> instances = {},
                              const StopFlag* stop = nullptr);

}  // namespace ssem::trainer
