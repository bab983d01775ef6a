// The two properties of Wang and Isola (2020): views of one image close, everything spread out.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/events/events.h"
#include "trainer/loss/batch_rows.h"

namespace ssem::trainer {

struct AlignmentUniformity {
  double alignment = 0;   // mean |u - v|^2 over pairs of views of one instance; nan without such
  double uniformity = 0;  // log of the mean of exp(-2 |u - v|^2) over pairs of different rows; nan with one row
};

// `embeddings` [N, d] of unit norm, in the order of the rows. O(N^2 d) time in tiles, O(N) memory. The uniformity is
// nan when `stop` was set before the end.
AlignmentUniformity alignment_uniformity(const at::Tensor& embeddings, const BatchRows& rows,
                                         const StopFlag* stop = nullptr);

}  // namespace ssem::trainer
