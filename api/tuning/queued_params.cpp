#include "api/tuning/queued_params.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::tuning {
namespace {

using studies::PythonValue;
using studies::Trial;

constexpr double kSameShare = 1e-5;  // of numpy.isclose, by which Optuna compares

bool is_same(const PythonValue& given, const PythonValue& known) {
  if (!given.is_number() || !known.is_number()) return given.is_number() == known.is_number() && given == known;
  if (std::isnan(given.number) || std::isnan(known.number)) return std::isnan(given.number) && std::isnan(known.number);
  if (std::isinf(given.number) || std::isinf(known.number)) return given.number == known.number;
  return std::abs(given.number - known.number) <= kSameShare * std::abs(known.number);
}

PythonValue params_of(const Trial& trial) {
  if (studies::find_attribute(trial.system_attributes, kFixedParams) != nullptr) return fixed_params_of(trial);
  PythonValue params;
  params.kind = PythonValue::Kind::dictionary;
  for (const studies::Param& param : trial.params) {
    if (param.distribution) {
      params.members.push_back({param.name, studies::external_value(*param.distribution, param.internal_value)});
    }
  }
  return params;
}

bool is_integer_of(const PythonValue& value, const studies::IntDistribution& range) {
  const std::optional<std::int64_t> number = studies::whole_number(value);
  return number && *number >= range.low && *number <= range.high;
}

}  // namespace

std::optional<Error> check_queued_params(const StudyConfig& config, const PythonValue& params) {
  for (const NamedDistribution& each : config.search_space) {
    const auto* range = std::get_if<studies::IntDistribution>(&each.distribution);
    const PythonValue* given = range == nullptr ? nullptr : params.find(each.name);
    if (given == nullptr || is_integer_of(*given, *range)) continue;
    return unprocessable_field("/params" + advisor::json::pointer_step(each.name),
                               "must be an integer from " + std::to_string(range->low) + " to " +
                                   std::to_string(range->high) + ", got " +
                                   advisor::json::quote_for_message(studies::to_text(*given)));
  }
  return std::nullopt;
}

PythonValue fixed_params_of(const Trial& trial) {
  PythonValue params;
  if (const std::string* text = studies::find_attribute(trial.system_attributes, kFixedParams)) {
    auto value = studies::parse_python_json(*text);
    if (value && value.value().kind == PythonValue::Kind::dictionary) return std::move(value).value();
  }
  params.kind = PythonValue::Kind::dictionary;
  return params;
}

studies::TrialPtr trial_with_params(const std::vector<studies::TrialPtr>& trials, const PythonValue& params) {
  const auto found = std::find_if(trials.begin(), trials.end(), [&](const studies::TrialPtr& trial) {
    const PythonValue known = params_of(*trial);
    return known.members.size() == params.members.size() &&
           std::all_of(params.members.begin(), params.members.end(), [&](const studies::PythonMember& member) {
             const PythonValue* value = known.find(member.name);
             return value != nullptr && is_same(member.value, *value);
           });
  });
  return found == trials.end() ? nullptr : *found;
}

}  // namespace ssem::api::tuning
