#include "api/tuning/successive_halving.h"

#include <algorithm>
#include <cmath>

#include "api/studies/python_json.h"

namespace ssem::api::tuning {
namespace {

using studies::Trial;
using studies::TrialPtr;

std::string rung_key(std::int64_t rung) { return "completed_rung_" + std::to_string(rung); }

std::int64_t rungs_completed(const Trial& trial) {
  std::int64_t rung = 0;
  while (studies::find_attribute(trial.system_attributes, rung_key(rung)) != nullptr) ++rung;
  return rung;
}

std::optional<std::int64_t> estimated_min_resource(const std::vector<TrialPtr>& trials) {
  std::optional<std::int64_t> longest;
  for (const TrialPtr& trial : trials) {
    if (trial->state != studies::TrialState::complete || trial->intermediate_values.empty()) continue;
    longest = std::max(longest.value_or(0), trial->intermediate_values.back().step);
  }
  if (!longest) return std::nullopt;
  return std::max<std::int64_t>(*longest / 100, 1);
}

// The values with which trials completed the rung, the present one's among them.
std::vector<double> competing_values(const std::vector<TrialPtr>& trials, const std::string& key, double own) {
  std::vector<double> values = {own};
  for (const TrialPtr& trial : trials) {
    const std::string* text = studies::find_attribute(trial->system_attributes, key);
    if (text == nullptr) continue;
    const auto value = studies::parse_python_json(*text);
    if (value && value.value().is_number()) values.push_back(value.value().number);
  }
  return values;
}

bool is_promoted(double value, std::vector<double> competing, const SuccessiveHalving& settings, bool maximize) {
  const std::int64_t survivors = static_cast<std::int64_t>(competing.size()) / settings.reduction_factor;
  const auto last = static_cast<std::size_t>(std::max<std::int64_t>(survivors - 1, 0));
  std::sort(competing.begin(), competing.end());
  return maximize ? value >= competing[competing.size() - 1 - last] : value <= competing[last];
}

std::string json_of(double value) {
  return studies::to_text(studies::external_value(studies::FloatDistribution{}, value));
}

}  // namespace

HalvingDecision decide(const SuccessiveHalving& settings, const Trial& trial, const std::vector<TrialPtr>& trials,
                       studies::Direction direction) {
  HalvingDecision decision;
  if (trial.intermediate_values.empty()) return decision;
  const auto [step, value] = trial.intermediate_values.back();
  const auto min_resource = settings.min_resource ? settings.min_resource : estimated_min_resource(trials);
  if (!min_resource) return decision;
  for (std::int64_t rung = rungs_completed(trial);; ++rung) {
    const double promotion_step =
        static_cast<double>(*min_resource) * std::pow(static_cast<double>(settings.reduction_factor),
                                                      static_cast<double>(settings.min_early_stopping_rate + rung));
    if (static_cast<double>(step) < promotion_step) return decision;
    decision.prune = true;
    if (std::isnan(value)) return decision;
    const std::string key = rung_key(rung);
    decision.completed_rungs.push_back({key, json_of(value)});
    const std::vector<double> competing = competing_values(trials, key, value);
    if (static_cast<std::int64_t>(competing.size()) <= settings.bootstrap_count) return decision;
    if (!is_promoted(value, competing, settings, direction == studies::Direction::maximize)) return decision;
    decision.prune = false;
  }
}

}  // namespace ssem::api::tuning
