// A temperature that changes while training runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::advisor {

struct ScheduledTemperature {
  double step = 0;
  double temperature = 0;
};

// Of an encoder whose temperature is learned, as CLIP's: from where it starts to the limit it may reach. How fast it
// moves nobody knows beforehand, so its steps are shares of the way, even in the logarithm.
enum class ScheduleKind { linear, cosine, learned, points };
std::string_view name(ScheduleKind kind);

// linear: from the first temperature to the second. cosine: between both, from the first and back in a period. points:
// straight lines between what was given.
struct TemperatureSchedule {
  ScheduleKind kind = ScheduleKind::linear;
  std::vector<ScheduledTemperature> ends;  // first and last; points: all of them, steps rise
  double period = 0;                       // cosine, in steps

  double steps() const { return ends.back().step; }
  double last() const { return kind == ScheduleKind::cosine ? at(steps()) : ends.back().temperature; }
  double at(double step) const;
  // Evenly spaced, both ends and every given point among them; of a cosine one period, which repeats.
  std::vector<ScheduledTemperature> sampled(int intervals) const;
};

// "linear:FROM:TO:STEPS", "cosine:FROM:TO:PERIOD:STEPS", "learned:FROM:LIMIT" or
// "STEP:TEMPERATURE,STEP:TEMPERATURE,..." (whole or broken numbers). The fault, without a path, says what is wrong.
Result<TemperatureSchedule> schedule_from(std::string_view text);

}  // namespace ssem::advisor
