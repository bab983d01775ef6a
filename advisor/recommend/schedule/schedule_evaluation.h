// What a loss weight does while the temperature moves: where classes begin to collapse, and which loss weight keeps
// them apart all the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/recommend/schedule/temperature_schedule.h"

namespace ssem::advisor {

struct ScheduleRequest {
  Problem problem;
  std::optional<double> loss_weight;
  TemperatureSchedule schedule;
};

struct SchedulePoint {
  ScheduledTemperature at;
  bool collapsed = false;
  double loss_weight_threshold = 0;
  std::optional<double> within_class_variance;
  std::optional<double> loss_value;
};

// Between two looks the state of the optimum changes.
struct ScheduleCrossing {
  ScheduledTemperature at;
  bool into_collapse = false;
};

struct ScheduleEvaluation {
  ScheduleRequest asked;
  std::vector<SchedulePoint> points;
  std::vector<ScheduleCrossing> crossings;  // of a cosine those of its first period
  double collapsed_share = 0;               // of the steps (of a cosine: of a period)
  // The least loss weight that collapses nowhere on the way: above the largest threshold by the margin that
  // recommendations ask for. Absent where some temperature collapses at every loss weight, or where none is weighed.
  std::optional<double> safe_loss_weight;
  double highest_threshold = 0;
  double highest_threshold_temperature = 0;
  std::vector<std::string> why;
  std::vector<Warning> warnings;
};

// Some dozens of evaluations.
ScheduleEvaluation evaluate_schedule(const ScheduleRequest& request);

}  // namespace ssem::advisor
