// supcon_in with a loss weight above 0: what a weight of a self-supervised term beside it does.
#pragma once

#include "advisor/evaluation.h"

namespace ssem::advisor {

// Equal classes, loss_weight in (0, 1]. The numbers are SSEM's (mixed_supcon_in.h): checked by brute force where every
// image finds room, a guide in fewer dimensions, which the warning `mixed_not_covered` says. Tens of microseconds.
Evaluation evaluate_mixed(const Problem& problem, double loss_weight, double temperature);

}  // namespace ssem::advisor
