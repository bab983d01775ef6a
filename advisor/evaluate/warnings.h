// What a reader of an evaluation must know besides the numbers.
#pragma once

#include "advisor/evaluation.h"

namespace ssem::advisor {

// Appends every warning that the problem and the finished numbers of `evaluation` call for. `boundary_estimated` says
// that the collapse boundary comes from a model of the class means.
void add_warnings(Evaluation& evaluation, bool boundary_estimated);

// For supcon_in mixed with a self-supervised term, where there is no answer or only a guide.
Warning mixed_not_covered(const Problem& problem);

// For plain SupCon, which has no loss weight of its own, when the request gave one.
Warning loss_weight_ignored(const Problem& problem);

}  // namespace ssem::advisor
