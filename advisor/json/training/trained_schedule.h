// The temperature of a run that trains an encoder, step by step.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "advisor/recommend/schedule/temperature_schedule.h"
#include "advisor/result.h"

namespace ssem::advisor::json::training {

struct TrainedSchedule {
  std::string text;  // as it was given
  TemperatureSchedule over;
};

// Of "temperature_schedule", in the form that evaluations read; nothing without the field, or with a fault. Faults also
// name what it excludes: a temperature beside it, free embeddings, a variance that is held, and a learned temperature,
// which has no steps.
std::optional<TrainedSchedule> read_trained_schedule(const nlohmann::ordered_json& body, FaultList& faults);

}  // namespace ssem::advisor::json::training
