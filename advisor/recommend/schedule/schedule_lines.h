// A temperature schedule as lines of Python: the function of the step, and where a library takes its temperature from.
#pragma once

#include <string>
#include <vector>

#include "advisor/recommend/schedule/temperature_schedule.h"

namespace ssem::advisor {

struct TypedSchedule {
  std::string library;
  std::string code;
};

// Of a learned temperature there is nothing to set: a parameter and its limit. None for more points than anybody types.
std::vector<TypedSchedule> schedule_lines(const TemperatureSchedule& schedule);

}  // namespace ssem::advisor
