// What to type in the library the user has, for the same predicted variance.
#pragma once

#include <vector>

#include "advisor/recommendation.h"

namespace ssem::advisor {

// One snippet per library. A library computes one convention and one reduction; where they differ from the problem's,
// the loss weight is solved again for `within_class_variance` at `temperature`. A library that cannot reach it is left
// out; with unequal classes so is one that differs. `loss_weight` is the problem's own answer, used where convention
// and reduction agree.
std::vector<Snippet> snippets(const Problem& problem, double loss_weight, double temperature,
                              double within_class_variance);

}  // namespace ssem::advisor
