// The learning rate over a run.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// After `share` of the budget, in [0, 1]: linear from 0 over warmup_share, then constant, or half a cosine down to
// final_share of the base rate.
inline double learning_rate(const ScheduleSpec& schedule, double base, double share) {
  if (share < schedule.warmup_share) return base * share / schedule.warmup_share;
  if (schedule.kind == "constant") return base;
  const double along = std::clamp((share - schedule.warmup_share) / (1 - schedule.warmup_share), 0.0, 1.0);
  const double fall = (1 + std::cos(std::numbers::pi * along)) / 2;
  return base * (schedule.final_share + (1 - schedule.final_share) * fall);
}

}  // namespace ssem::trainer
