#include "api/tuning/queued_params.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

}  // namespace

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
