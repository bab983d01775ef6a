// The loss values that a training log can be compared with.
#pragma once

#include "advisor/evaluation.h"
#include "advisor/imbalance/imbalance_model.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {

// With N = views * batch size embeddings:
//   initialisation  unit-norm random embeddings of dimension d (random_log_sum.h): the mean logarithm of N-1 terms
//                   (anchor_included: the anchor's own term and positive besides; dcl: N-2; cross_view: the batch size;
//                   supcon_in: less the mean logarithm of the mean over an anchor's positives)
//   all_equal       log(N-1) (anchor_included log N, dcl log(N-2), cross_view log(batch size), with a queue log(K+1),
//   negatives_only
//                   log(1 + negatives))
//   collapsed       L(z = 0), optimum L(z)
// Anchors without a partner have no supervised term: in random batches the first two are scaled by the share of terms
// that count. In plain SupCon an anchor's own views are always positives and nothing is scaled. Nats; O(terms), with
// the dimension up to 50 microseconds.
LossLadder loss_ladder(const Problem& problem, const SsemModel& model, double loss_weight, double temperature,
                       double optimum);

// Unequal classes. `collapsed` is taken at the means that minimise it; the optimum is absent unless `all_collapsed`.
LossLadder loss_ladder(const Problem& problem, const ImbalanceModel& model, const GroupedMeans& means,
                       double loss_weight, double temperature, bool all_collapsed);

}  // namespace ssem::advisor
