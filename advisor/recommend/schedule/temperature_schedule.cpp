#include "advisor/recommend/schedule/temperature_schedule.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "advisor/problem.h"

namespace ssem::advisor {
namespace {

constexpr double kPi = 3.141592653589793;
constexpr double kLeastSteps = 1e-9;  // a step divided by it is finite
constexpr double kMostSteps = 1e15;   // every whole number up to there is a double
constexpr std::size_t kMostPoints = 100'000;
constexpr const char* kForms =
    "must be linear:FROM:TO:STEPS, cosine:FROM:TO:PERIOD:STEPS, learned:FROM:LIMIT or STEP:TEMPERATURE pairs with "
    "commas between them";

std::vector<std::string_view> split(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(between);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_temperature_value(double value) { return value >= kLowestTemperature && value <= kHighestTemperature; }
bool is_length(double value) { return value >= kLeastSteps && value <= kMostSteps; }

Result<TemperatureSchedule> schedule_of_points(std::string_view text) {
  TemperatureSchedule schedule;
  schedule.kind = ScheduleKind::points;
  const std::vector<std::string_view> pairs = split(text, ',');
  if (pairs.size() > kMostPoints) return field_error("", "must hold at most 100000 points");
  for (const std::string_view pair : pairs) {
    const std::vector<std::string_view> parts = split(pair, ':');
    if (parts.size() != 2) return field_error("", kForms);
    const auto step = number_in(parts[0]);
    const auto temperature = number_in(parts[1]);
    if (!step || !temperature) return field_error("", kForms);
    if (!is_temperature_value(*temperature)) return field_error("", "must hold temperatures from 1e-4 to 1e4");
    if (*step < 0 || *step > kMostSteps || (!schedule.ends.empty() && *step <= schedule.ends.back().step)) {
      return field_error("", "must hold steps from 0 to 1e15 that rise");
    }
    schedule.ends.push_back({*step, *temperature});
  }
  if (schedule.ends.size() < 2) return field_error("", "must hold two points or more");
  return schedule;
}

}  // namespace

std::string_view name(ScheduleKind kind) {
  switch (kind) {
    case ScheduleKind::linear:
      return "linear";
    case ScheduleKind::cosine:
      return "cosine";
    case ScheduleKind::learned:
      return "learned";
    case ScheduleKind::points:
      break;
  }
  return "points";
}

double TemperatureSchedule::at(double step) const {
  const double first = ends.front().temperature;
  const double last = ends.back().temperature;
  if (kind == ScheduleKind::cosine) return last + (first - last) * (1 + std::cos(2 * kPi * step / period)) / 2;
  const auto above = std::upper_bound(ends.begin() + 1, ends.end() - 1, step,
                                      [](double value, const ScheduledTemperature& end) { return value < end.step; });
  const ScheduledTemperature& right = *above;
  const ScheduledTemperature& left = *(above - 1);
  const double share = std::clamp((step - left.step) / (right.step - left.step), 0.0, 1.0);
  if (kind == ScheduleKind::learned) return first * std::pow(last / first, share);
  return left.temperature + (right.temperature - left.temperature) * share;
}

std::vector<ScheduledTemperature> TemperatureSchedule::sampled(int intervals) const {
  const double start = ends.front().step;
  const double end = kind == ScheduleKind::cosine ? std::min(period, steps()) : steps();
  std::vector<double> where;
  for (int i = 0; i <= intervals; ++i) where.push_back(start + (end - start) * i / intervals);
  if (kind == ScheduleKind::points && ends.size() <= static_cast<std::size_t>(intervals)) {
    for (const ScheduledTemperature& given : ends) where.push_back(given.step);
  }
  if (kind == ScheduleKind::cosine) where.push_back(steps());
  std::sort(where.begin(), where.end());
  where.erase(std::unique(where.begin(), where.end()), where.end());
  std::vector<ScheduledTemperature> samples;
  samples.reserve(where.size());
  for (const double step : where) samples.push_back({step, at(step)});
  return samples;
}

Result<TemperatureSchedule> schedule_from(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  TemperatureSchedule schedule;
  std::size_t numbers = 0;
  if (parts[0] == "linear") {
    numbers = 3;
  } else if (parts[0] == "cosine") {
    schedule.kind = ScheduleKind::cosine;
    numbers = 4;
  } else if (parts[0] == "learned") {
    schedule.kind = ScheduleKind::learned;
    numbers = 2;
  } else {
    return schedule_of_points(text);
  }
  if (parts.size() != numbers + 1) return field_error("", kForms);
  std::vector<double> values;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto value = number_in(parts[i]);
    if (!value) return field_error("", kForms);
    values.push_back(*value);
  }
  if (!is_temperature_value(values[0]) || !is_temperature_value(values[1])) {
    return field_error("", "must hold temperatures from 1e-4 to 1e4");
  }
  for (std::size_t i = 2; i < values.size(); ++i) {
    if (!is_length(values[i])) return field_error("", "must have steps from 1e-9 to 1e15");
  }
  if (schedule.kind == ScheduleKind::cosine) schedule.period = values[2];
  schedule.ends = {{0, values[0]}, {schedule.kind == ScheduleKind::learned ? 1 : values.back(), values[1]}};
  return schedule;
}

}  // namespace ssem::advisor
