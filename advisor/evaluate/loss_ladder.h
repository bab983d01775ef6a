// The loss values that a training log can be compared with.
#pragma once

#include "advisor/evaluation.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

// With N = views * batch size embeddings and unit-norm random embeddings of dimension d:
//   initialisation  log(N-1) + 1/(2 d temperature^2)     (anchor_included: the anchor's own term and positive besides;
//                                                         dcl: N-2; supcon_in: log(N-1), the exponentials cancel)
//   all_equal       log(N-1)                             (anchor_included log N, dcl log(N-2))
//   collapsed       L(z = 0), optimum L(z)
// Random batches scale the first two by the share of anchors whose terms count. Nats; O(terms).
LossLadder loss_ladder(const Problem& problem, const SsemModel& model, double loss_weight, double temperature,
                       double optimum);

}  // namespace ssem::advisor
