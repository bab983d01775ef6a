// Has training stopped moving?
#pragma once

#include <span>
#include <string>

#include "trainer/run/events.h"

namespace ssem::trainer {

struct Convergence {
  bool converged = false;
  std::string why;  // one sentence with the figures, without a full stop
};

// Compares the mean loss and the mean within-class variance of two windows of the run, from 60 % to 80 % of its steps
// and the last 20 %: converged when neither moved by more than its tolerance. The windows lie before and after most of
// a cosine's fall, so that a rate near zero alone does not look like a level loss. `course`: progress of the run in
// order; fewer than ten entries, or ten steps, are never enough.
Convergence judge_convergence(std::span<const Progress> course);

}  // namespace ssem::trainer
