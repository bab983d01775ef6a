// Has training stopped moving?
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "trainer/events/events.h"

namespace ssem::trainer {

struct Convergence {
  bool converged = false;
  std::string why;  // one sentence with the figures, without a full stop
};

// Compares the mean loss and the mean within-class variance of two windows of the run: from 60 % to 80 % and the last
// 20 % of the sum of its learning rates. Converged when neither moved by more than its tolerance. Counted in steps, a
// cosine's rate near zero alone would look like a level loss. `course`: progress of the run in order, evenly spaced;
// fewer than kLeastSteps steps are never enough.
Convergence judge_convergence(std::span<const Progress> course);

inline constexpr std::int64_t kLeastSteps = 100;

}  // namespace ssem::trainer
