// The loss of one convention, written out in PyTorch.
#pragma once

#include <string>

#include "advisor/problem.h"

namespace ssem::advisor {

// A function `supcl_loss` and its call with these two numbers, given as text. The convention has a loss weight of its
// own.
std::string pytorch_snippet(Convention convention, Reduction reduction, const std::string& loss_weight,
                            const std::string& temperature);

}  // namespace ssem::advisor
