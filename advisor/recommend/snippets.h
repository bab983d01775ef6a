// What to type in the library the user has, for the same predicted variance.
#pragma once

#include <vector>

#include "advisor/recommendation.h"

namespace ssem::advisor {

// One snippet per library. Where a library computes the problem's loss, batch by batch, `loss_weight`, the problem's
// own answer, is typed. Where it computes another convention, reduction or batches drawn otherwise, the loss weight is
// solved again for `within_class_variance` at `temperature`. Where that is not possible either, or classes are unequal,
// the snippet is not `possible`: it says why, and its lines put the loss itself into the library.
// Nothing at all where plain SupCon is asked about and no loss weight reaches the variance.
std::vector<Snippet> snippets(const Problem& problem, double loss_weight, double temperature,
                              double within_class_variance);

}  // namespace ssem::advisor
