// What plain SupCon's loss weight is: set by the batch, not by the user.
#pragma once

#include "advisor/problem.h"

namespace ssem::advisor {

// The share of an anchor's positives that are views of its own image: (p-1)/(np-1), averaged over the anchors of random
// or imbalanced batches: E[(p-1)/((k+1)p-1)]. Two users of "the same loss" differ by a factor of 100 in it.
double plain_supcon_loss_weight(const Problem& problem);

}  // namespace ssem::advisor
