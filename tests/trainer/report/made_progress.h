// Progress to tell of.
#pragma once

#include <cstdint>
#include <limits>

#include "trainer/events/events.h"

namespace ssem::trainer {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline Progress step_of(std::int64_t step) {
  Progress progress;
  progress.step = step;
  progress.total_steps = 100;
  progress.loss = 3.25;
  progress.within_class_variance = 0.4;
  progress.images_per_s = 12345;
  progress.eta_s = 75.2;
  return progress;
}

}  // namespace ssem::trainer
