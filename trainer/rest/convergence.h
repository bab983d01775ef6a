// Has training with noise, on batches that are drawn, stopped moving?
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "trainer/events/events.h"

namespace ssem::trainer {

// What a level course may move by.
struct LevelRules {
  double loss = 0.03;              // nats
  double variance = 0.02;          // or
  double variance_share = 0.08;    // of the later mean, whichever is larger
  std::int64_t least_steps = 100;  // fewer are never enough
};

struct Convergence {
  bool converged = false;
  std::string why;       // one sentence with the figures, without a full stop
  double moved = 0;      // of the within-class variance; nan where there is too little to tell
  double tolerance = 0;  // what it may move by
};

// Compares the mean loss and the mean within-class variance of two windows of the run: from 60 % to 80 % and the last
// 20 % of the sum of its learning rates. Converged when neither moved by more than its tolerance. Counted in steps, a
// cosine's rate near zero alone would look like a level loss. `course`: progress of the run in order, evenly spaced.
Convergence judge_convergence(std::span<const Progress> course, const LevelRules& rules = {});

}  // namespace ssem::trainer
