#include "api/tuning/median_pruning.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ssem::api::tuning {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Of several reports within one interval only the first is judged.
bool is_first_of_interval(const MedianPruning& settings, const studies::Trial& trial, std::int64_t step) {
  const std::int64_t since = step - settings.warmup_steps;
  const std::int64_t begin = since / settings.interval_steps * settings.interval_steps + settings.warmup_steps;
  const std::size_t reports = trial.intermediate_values.size();
  const std::int64_t before =
      reports < 2 ? -1 : std::max<std::int64_t>(trial.intermediate_values[reports - 2].step, -1);
  return before < begin;
}

double best_reported(const studies::Trial& trial, bool maximize) {
  double best = kNan;
  for (const studies::IntermediateValue& each : trial.intermediate_values) {
    if (std::isnan(each.value)) continue;
    if (std::isnan(best) || (maximize ? each.value > best : each.value < best)) best = each.value;
  }
  return best;
}

const double* reported_at(const studies::Trial& trial, std::int64_t step) {
  const auto by_step = [](const studies::IntermediateValue& value, std::int64_t wanted) { return value.step < wanted; };
  const auto found =
      std::lower_bound(trial.intermediate_values.begin(), trial.intermediate_values.end(), step, by_step);
  return found != trial.intermediate_values.end() && found->step == step ? &found->value : nullptr;
}

double median_of(std::vector<double> values) {
  if (values.empty()) return kNan;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  if (values.size() % 2 == 1 || values[half - 1] == values[half]) return values[half];
  return values[half - 1] / 2 + values[half] / 2;
}

}  // namespace

bool should_prune(const MedianPruning& settings, const studies::Trial& trial,
                  const std::vector<studies::TrialPtr>& completed, studies::Direction direction) {
  if (trial.intermediate_values.empty() || completed.empty()) return false;
  if (static_cast<std::int64_t>(completed.size()) < settings.startup_trials) return false;
  const std::int64_t step = trial.intermediate_values.back().step;
  if (step < settings.warmup_steps || !is_first_of_interval(settings, trial, step)) return false;
  const bool maximize = direction == studies::Direction::maximize;
  const double best = best_reported(trial, maximize);
  if (std::isnan(best)) return true;
  std::int64_t reports = 0;
  std::vector<double> others;
  for (const studies::TrialPtr& other : completed) {
    const double* value = reported_at(*other, step);
    if (value == nullptr) continue;
    ++reports;
    if (!std::isnan(*value)) others.push_back(*value);
  }
  if (reports < settings.min_trials) return false;
  const double median = median_of(std::move(others));
  if (std::isnan(median)) return false;
  return maximize ? best < median : best > median;
}

}  // namespace ssem::api::tuning
