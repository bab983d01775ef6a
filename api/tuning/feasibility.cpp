#include "api/tuning/feasibility.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "api/studies/python_json.h"

namespace ssem::api::tuning {
namespace {

using studies::Attribute;
using studies::PythonValue;
using studies::Trial;
using studies::TrialPtr;

constexpr std::string_view kList = "constraints";
constexpr std::string_view kNamed = "constraints:";

bool is_met(const PythonValue& value) {
  return (value.is_number() || value.kind == PythonValue::Kind::boolean) && value.number <= 0.0;
}

bool list_is_met(const Trial& trial) {
  const std::string* text = studies::find_attribute(trial.system_attributes, kList);
  if (text == nullptr) return false;
  const auto list = studies::parse_python_json(*text);
  if (!list || list.value().kind != PythonValue::Kind::list) return false;
  const auto& items = list.value().items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string name = std::string(kNamed) + std::to_string(i);
    const bool replaced = studies::find_attribute(trial.system_attributes, name) != nullptr;
    if (!replaced && !is_met(items[i])) return false;
  }
  return true;
}

bool named_are_met(const Trial& trial) {
  return std::all_of(trial.system_attributes.begin(), trial.system_attributes.end(), [](const Attribute& attribute) {
    if (attribute.key.compare(0, kNamed.size(), kNamed) != 0) return true;
    const auto value = studies::parse_python_json(attribute.value_json);
    return value && is_met(value.value());
  });
}

}  // namespace

std::vector<TrialPtr> feasible_trials(const std::vector<TrialPtr>& trials) {
  const bool constrained_by_list = std::any_of(trials.begin(), trials.end(), [](const TrialPtr& trial) {
    return studies::find_attribute(trial->system_attributes, kList) != nullptr;
  });
  std::vector<TrialPtr> feasible;
  std::copy_if(trials.begin(), trials.end(), std::back_inserter(feasible), [&](const TrialPtr& trial) {
    return trial->state == studies::TrialState::complete && (!constrained_by_list || list_is_met(*trial)) &&
           named_are_met(*trial);
  });
  return feasible;
}

}  // namespace ssem::api::tuning
