#include "api/http/studies/studies_body.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::http {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::quote_value_for_message;

std::optional<double> number_from(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

constexpr const char* kNumberRule = R"(must be a number, "inf", "-inf" or "nan", got )";

}  // namespace

StudiesBody::StudiesBody(const Json& object, std::string path, FaultList& faults)
    : path_(std::move(path)), faults_(faults) {
  if (object.is_object()) {
    object_ = &object;
  } else {
    faults_.add(path_, "must be a JSON object, got " + quote_value_for_message(object));
  }
}

std::string StudiesBody::pointer(std::string_view name) const { return path_ + advisor::json::pointer_step(name); }

void StudiesBody::fault(std::string_view name, const std::string& rule) { faults_.add(pointer(name), rule); }

void StudiesBody::ignore(std::string_view name) { known_.emplace_back(name); }

const Json* StudiesBody::find(std::string_view name) {
  ignore(name);
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(std::string(name));
  return found == object_->end() ? nullptr : &*found;
}

const Json* StudiesBody::required(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr && object_ != nullptr) fault(name, "must be given");
  return value;
}

bool StudiesBody::given(std::string_view name) {
  const Json* value = find(name);
  return value != nullptr && !value->is_null();
}

std::string StudiesBody::text(std::string_view name) {
  const Json* value = required(name);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  fault(name, "must be text, got " + quote_value_for_message(*value));
  return {};
}

std::int64_t StudiesBody::integer(std::string_view name) {
  const Json* value = required(name);
  if (value == nullptr) return 0;
  const bool too_large = value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{INT64_MAX};
  if (value->is_number_integer() && !too_large) return value->get<std::int64_t>();
  fault(name, "must be an integer of 64 bits, got " + quote_value_for_message(*value));
  return 0;
}

bool StudiesBody::flag(std::string_view name) {
  const Json* value = required(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  fault(name, "must be true or false, got " + quote_value_for_message(*value));
  return false;
}

double StudiesBody::number(std::string_view name) {
  const Json* value = required(name);
  if (value == nullptr) return 0.0;
  const std::optional<double> number = number_from(*value);
  if (!number) fault(name, kNumberRule + quote_value_for_message(*value));
  return number.value_or(0.0);
}

std::vector<double> StudiesBody::numbers(std::string_view name) {
  const Json* value = required(name);
  std::vector<double> numbers;
  if (value == nullptr) return numbers;
  if (!value->is_array()) {
    fault(name, "must be a list of numbers, got " + quote_value_for_message(*value));
    return numbers;
  }
  for (std::size_t index = 0; index < value->size(); ++index) {
    const std::optional<double> number = number_from((*value)[index]);
    if (!number)
      faults_.add(pointer(name) + "/" + std::to_string(index), kNumberRule + quote_value_for_message((*value)[index]));
    numbers.push_back(number.value_or(0.0));
  }
  return numbers;
}

std::vector<std::string> StudiesBody::texts(std::string_view name) {
  const Json* value = required(name);
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  const auto is_text = [](const Json& item) { return item.is_string(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_text)) {
    fault(name, "must be a list of texts, got " + quote_value_for_message(*value));
    return texts;
  }
  for (const Json& item : *value) texts.push_back(item.get<std::string>());
  return texts;
}

std::vector<StudiesBody> StudiesBody::objects(std::string_view name) {
  const Json* value = find(name);
  std::vector<StudiesBody> objects;
  if (value == nullptr) return objects;
  if (!value->is_array()) {
    fault(name, "must be a list of objects, got " + quote_value_for_message(*value));
    return objects;
  }
  for (std::size_t index = 0; index < value->size(); ++index) {
    objects.emplace_back((*value)[index], pointer(name) + "/" + std::to_string(index), faults_);
  }
  return objects;
}

std::optional<StudiesBody> StudiesBody::object(std::string_view name) {
  if (!given(name)) return std::nullopt;
  return StudiesBody(*find(name), pointer(name), faults_);
}

void StudiesBody::finish() {
  if (object_ == nullptr) return;
  for (const auto& [name, value] : object_->items()) {
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) fault(name, "is no known field");
  }
}

studies::TrialState read_state(StudiesBody& body, std::string_view name) {
  const std::string text = body.text(name);
  const auto state = studies::trial_state_named(text);
  if (!state) body.fault(name, "must be RUNNING, COMPLETE, PRUNED, FAIL or WAITING");
  return state.value_or(studies::TrialState::running);
}

studies::Attribute read_attribute(StudiesBody& body) {
  studies::Attribute attribute{body.text("key"), body.text("value_json")};
  body.finish();
  return attribute;
}

studies::Param read_param(StudiesBody& body) {
  studies::Param param{body.text("name"), body.number("param_internal_value"), body.text("distribution_json")};
  body.finish();
  return param;
}

studies::IntermediateValue read_intermediate_value(StudiesBody& body) {
  const studies::IntermediateValue value{body.integer("step"), body.number("value")};
  body.finish();
  return value;
}

std::vector<studies::Direction> read_directions(StudiesBody& body) {
  std::vector<studies::Direction> directions;
  for (const std::string& name : body.texts("directions")) {
    const auto direction = studies::direction_named(name);
    if (!direction) body.fault("directions", "each must be minimize or maximize");
    directions.push_back(direction.value_or(studies::Direction::minimize));
  }
  return directions;
}

studies::TrialContent read_trial(StudiesBody& body) {
  studies::TrialContent trial;
  trial.state = read_state(body, "state");
  if (body.given("values")) trial.values = body.numbers("values");
  const auto time = [&body](std::string_view name) -> std::optional<studies::Timestamp> {
    if (!body.given(name)) return std::nullopt;
    const auto moment = studies::timestamp_from(body.text(name));
    if (!moment) body.fault(name, "must be a time such as 2026-11-23T10:00:00.000000+00:00");
    return moment;
  };
  trial.start = time("datetime_start");
  trial.complete = time("datetime_complete");
  for (StudiesBody& param : body.objects("params")) trial.params.push_back(read_param(param));
  for (StudiesBody& each : body.objects("user_attrs")) trial.user_attributes.push_back(read_attribute(each));
  for (StudiesBody& each : body.objects("system_attrs")) trial.system_attributes.push_back(read_attribute(each));
  for (StudiesBody& value : body.objects("intermediate_values")) {
    trial.intermediate_values.push_back(read_intermediate_value(value));
  }
  body.ignore("trial_id");
  body.ignore("number");
  body.finish();
  return trial;
}

}  // namespace ssem::api::http
