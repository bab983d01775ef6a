// At which temperatures training without labels was seen to work: the one table that answers and documents read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "advisor/goals.h"

namespace ssem::advisor {

struct TemperatureFinding {
  double temperature = 0;
  double figure = 0;  // percent, linear evaluation on the data's own labels
};

// One experiment; where it has one finding only, nothing else was tried.
struct TemperatureExperiment {
  std::string_view data;
  std::int64_t kinds;  // its classes, which training did not see
  std::string_view source;
  Strength strength;
  std::vector<TemperatureFinding> findings;
};
std::span<const TemperatureExperiment> temperature_experiments();

struct TemperatureBand {
  double low = 0, high = 0;
  double first = 0;  // to try first
  Strength strength = Strength::weak;
  std::string_view why;  // one sentence
};
// By how many kinds of things the data hold, as far as somebody knows.
const TemperatureBand& temperature_band(std::optional<std::int64_t> kinds);

}  // namespace ssem::advisor
