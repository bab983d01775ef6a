#include "api/http/grpc/trial_message.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::http::grpc {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

std::string local_text(const std::optional<studies::Timestamp>& moment) {
  if (!moment) return {};
  const std::time_t whole = std::chrono::floor<seconds>(*moment).time_since_epoch().count();
  std::tm local{};
  if (::localtime_r(&whole, &local) == nullptr) return {};
  // As if it were UTC: the same digits without an offset.
  return studies::to_sql(*moment + seconds(local.tm_gmtoff));
}

// `path` names the field in the fault.
Result<std::optional<studies::Timestamp>> moment_from(const std::string& text, const char* path) {
  if (text.empty()) return std::optional<studies::Timestamp>();
  const auto digits = studies::timestamp_from(text);
  if (!digits) {
    return field_error(path, "must be a time such as 2026-11-23 10:00:00.000000, got \"" +
                                 advisor::json::quote_for_message(text) + '"');
  }
  std::time_t whole = std::chrono::floor<seconds>(*digits).time_since_epoch().count();
  std::tm local{};
  if (::gmtime_r(&whole, &local) == nullptr) return field_error(path, "is a time that this machine does not know");
  local.tm_isdst = -1;
  const microseconds rest = *digits - std::chrono::floor<seconds>(*digits);
  return std::optional(studies::Timestamp(seconds(::mktime(&local)) + rest));
}

studies::Attributes attributes_from(const TextEntries& entries) {
  studies::Attributes attributes;
  for (const optuna::TextEntry& entry : entries) attributes.push_back({entry.key(), entry.value()});
  return attributes;
}

template <class Entry, class Key, class Value>
void set(Entry& entry, const Key& key, const Value& value) {
  entry.set_key(key);
  entry.set_value(value);
}

}  // namespace

void fill(TextEntries& entries, const studies::Attributes& attributes) {
  for (const studies::Attribute& attribute : attributes) set(*entries.Add(), attribute.key, attribute.value_json);
}

optuna::StudyDirection direction_message(studies::Direction direction) {
  return direction == studies::Direction::maximize ? optuna::MAXIMIZE : optuna::MINIMIZE;
}

void fill(optuna::Study& message, const studies::Study& study) {
  message.set_study_id(study.study_id);
  message.set_study_name(study.name);
  for (const studies::Direction each : study.directions) message.add_directions(direction_message(each));
  fill(*message.mutable_user_attributes(), study.user_attributes);
  fill(*message.mutable_system_attributes(), study.system_attributes);
}

void fill(optuna::Trial& message, const studies::Trial& trial) {
  message.set_trial_id(trial.trial_id);
  message.set_number(trial.number);
  message.set_state(static_cast<optuna::TrialState>(trial.state));
  if (trial.values) message.mutable_values()->Add(trial.values->begin(), trial.values->end());
  message.set_datetime_start(local_text(trial.start));
  message.set_datetime_complete(local_text(trial.complete));
  for (const studies::Param& param : trial.params) {
    set(*message.add_params(), param.name, param.internal_value);
    set(*message.add_distributions(), param.name, param.distribution_json);
  }
  fill(*message.mutable_user_attributes(), trial.user_attributes);
  fill(*message.mutable_system_attributes(), trial.system_attributes);
  for (const auto& [step, value] : trial.intermediate_values) set(*message.add_intermediate_values(), step, value);
}

Result<studies::TrialState> state_from(int number) {
  if (optuna::TrialState_IsValid(number)) return static_cast<studies::TrialState>(number);
  return field_error("/state", "must be from 0 (RUNNING) to 4 (WAITING), got " + std::to_string(number));
}

Result<studies::Direction> direction_from(int number) {
  if (number == optuna::MINIMIZE) return studies::Direction::minimize;
  if (number == optuna::MAXIMIZE) return studies::Direction::maximize;
  return field_error("/directions", "must be 0 (MINIMIZE) or 1 (MAXIMIZE), got " + std::to_string(number));
}

Result<studies::TrialContent> content_from(const optuna::Trial& message) {
  studies::TrialContent content;
  const auto state = state_from(message.state());
  const auto start = moment_from(message.datetime_start(), "/datetime_start");
  const auto complete = moment_from(message.datetime_complete(), "/datetime_complete");
  if (!state) return state.error();
  if (!start) return start.error();
  if (!complete) return complete.error();
  content.state = state.value();
  content.start = start.value();
  content.complete = complete.value();
  if (!message.values().empty()) content.values.emplace(message.values().begin(), message.values().end());
  std::unordered_map<std::string_view, const std::string*> distributions;
  for (const optuna::TextEntry& entry : message.distributions()) distributions[entry.key()] = &entry.value();
  for (const optuna::NumberEntry& param : message.params()) {
    const auto distribution = distributions.find(param.key());
    if (distribution == distributions.end()) {
      return field_error("/distributions",
                         "must have one for the parameter \"" + advisor::json::quote_for_message(param.key()) + '"');
    }
    content.params.push_back({param.key(), param.value(), *distribution->second});
  }
  content.user_attributes = attributes_from(message.user_attributes());
  content.system_attributes = attributes_from(message.system_attributes());
  for (const optuna::StepEntry& each : message.intermediate_values()) {
    content.intermediate_values.push_back({each.key(), each.value()});
  }
  std::sort(content.intermediate_values.begin(), content.intermediate_values.end(),
            [](const auto& a, const auto& b) { return a.step < b.step; });
  return content;
}

}  // namespace ssem::api::http::grpc
