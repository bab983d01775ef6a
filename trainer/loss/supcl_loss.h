// Supervised contrastive loss with a self-supervised share, in memory linear in the number of embeddings.
//
//   L = (1 - loss_weight) * supervised + loss_weight * self_supervised
//
// Each is a mean of -log softmax(similarity / temperature): self_supervised over the other views of the anchor's own
// instance, supervised over the rows of other instances of its class. The softmax runs over all rows but the anchor
// (anchor_excluded, supcon), over all rows (anchor_included, which also counts the anchor among its own views), over
// all rows but the anchor and the positive itself (dcl), or over the rows of the other view (cross_view, which knows no
// other positives either). negatives_only has a softmax for every positive, over it and the rows of other classes,
// weighs positives as supcon does, and has SimCLR beside it where loss_weight > 0. supcon weighs every other row of the
// class alike and has no loss weight. anchor_mean averages per anchor and then over all anchors, where an anchor
// without positives adds nothing; pair_mean averages over all positive pairs. Source: Lee, Oh, Lee, Sohn, AISTATS 2025;
// Khosla et al., 2020.
//
// Similarities are computed tile by tile, each unordered tile once, and again in backward: 4 N^2 d flops and N^2
// exponentials for both passes, about 4 N d + tile^2 numbers of memory for N rows of d columns.
#pragma once

#include <ATen/core/Tensor.h>

#include "advisor/result.h"
#include "trainer/loss/batch_rows.h"
#include "trainer/loss/supcl_options.h"

namespace ssem::trainer {

// The loss, a scalar of the embeddings' type on their device, differentiable once with respect to `embeddings`
// [N, d], float32 or float64. `rows` says which rows share a class and an instance. Thread safe. Errors: wrong shape,
// type or device, a convention or option out of range, rows that are not unit vectors, not finite.
Result<at::Tensor> supcl_loss(const at::Tensor& embeddings, const BatchRows& rows, const SupclOptions& options);

}  // namespace ssem::trainer
