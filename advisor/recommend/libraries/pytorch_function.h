// The loss of one problem, written out in PyTorch: for itself, and to be put where a library has no such loss.
#pragma once

#include <string>

#include "advisor/problem.h"
#include "advisor/recommend/libraries/typed_numbers.h"

namespace ssem::advisor {

// One view and an excluded anchor: no other view of the image is left to be a positive, so the supervised term is all
// there is and the loss weight has nothing to weigh.
constexpr bool only_supervised(const Problem& problem) {
  return problem.views == 1 && problem.convention != Convention::anchor_included;
}

// The definition of a function of z [N, dimension], labels [N] and, unless only_supervised, image_ids [N].
// supcon and supcon_in are written as anchor_excluded, whose supervised term plain SupCon is where it is all there is.
std::string pytorch_function(const Problem& problem);

// A call of it with these arguments in place of z, labels and image_ids; a queue's keys and labels keep their names.
std::string pytorch_call(const Problem& problem, const std::string& z, const std::string& labels,
                         const std::string& image_ids, const TypedNumbers& numbers);

}  // namespace ssem::advisor
