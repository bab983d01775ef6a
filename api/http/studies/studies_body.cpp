#include "api/http/studies/studies_body.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/quote_for_message.h"

namespace ssem::api::http {

using Json = nlohmann::ordered_json;
using advisor::json::quote_value_for_message;

StudiesBody::StudiesBody(const Json& object, std::string path, FaultList& faults)
    : fields_(object, faults, std::move(path)), faults_(faults) {}

const Json* StudiesBody::known(std::string_view name) {
  ignore(name);
  return fields_.find(name);
}

template <class Value>
Value StudiesBody::required(std::string_view name, std::optional<Value> (Reader::*read)(std::string_view)) {
  if (known(name) == nullptr && fields_.is_object()) fault(name, "must be given");
  return (fields_.*read)(name).value_or(Value{});
}

bool StudiesBody::given(std::string_view name) {
  const Json* value = known(name);
  return value != nullptr && !value->is_null();
}

std::string StudiesBody::text(std::string_view name) { return required(name, &Reader::text); }

std::int64_t StudiesBody::integer(std::string_view name) { return required(name, &Reader::integer_of_64_bits); }

bool StudiesBody::flag(std::string_view name) { return required(name, &Reader::flag); }

double StudiesBody::number(std::string_view name) { return required(name, &Reader::any_number); }

std::vector<double> StudiesBody::numbers(std::string_view name) { return required(name, &Reader::any_numbers); }

std::vector<std::string> StudiesBody::texts(std::string_view name) { return required(name, &Reader::texts); }

std::vector<StudiesBody> StudiesBody::objects(std::string_view name) {
  const Json* value = known(name);
  std::vector<StudiesBody> objects;
  if (value == nullptr) return objects;
  if (!value->is_array()) {
    fault(name, "must be a list of objects, got " + quote_value_for_message(*value));
    return objects;
  }
  for (std::size_t index = 0; index < value->size(); ++index) {
    objects.emplace_back((*value)[index], fields_.pointer(name) + "/" + std::to_string(index), faults_);
  }
  return objects;
}

std::optional<StudiesBody> StudiesBody::object(std::string_view name) {
  if (!given(name)) return std::nullopt;
  return StudiesBody(*known(name), fields_.pointer(name), faults_);
}

void StudiesBody::finish() { fields_.reject_unknown(known_); }

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
    if (!direction) {
      body.fault("directions", "each must be minimize or maximize, got " + advisor::json::quote_for_message(name));
    }
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
