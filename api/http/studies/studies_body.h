// Typed reading of the study routes' JSON: every fault collected, with its JSON pointer; nothing unknown overlooked.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/json/field_reader.h"
#include "advisor/result.h"
#include "api/studies/trial.h"

namespace ssem::api::http {

// One JSON object of a request whose fields must be there when they are read; ask given() before those that need not.
// Readers note the name as known (a literal: it is kept as it is) and return an empty value after a fault. Keeps
// references to the object and to the fault list.
class StudiesBody {
 public:
  StudiesBody(const nlohmann::ordered_json& object, std::string path, FaultList& faults);

  bool given(std::string_view name);  // and not null
  std::string text(std::string_view name);
  std::int64_t integer(std::string_view name);
  bool flag(std::string_view name);
  double number(std::string_view name);  // or "inf", "-inf", "nan"
  std::vector<double> numbers(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  std::vector<StudiesBody> objects(std::string_view name);
  std::optional<StudiesBody> object(std::string_view name);
  void ignore(std::string_view name) { known_.push_back(name); }

  // Unless the field has one already.
  void fault(std::string_view name, const std::string& rule) { fields_.fault(name, rule); }
  // A fault for every field that no reader asked for.
  void finish();

 private:
  using Reader = advisor::json::FieldReader;

  const nlohmann::ordered_json* known(std::string_view name);
  template <class Value>
  Value required(std::string_view name, std::optional<Value> (Reader::*read)(std::string_view));

  Reader fields_;
  FaultList& faults_;
  std::vector<std::string_view> known_;
};

studies::TrialState read_state(StudiesBody& body, std::string_view name);
studies::Attribute read_attribute(StudiesBody& body);
studies::Param read_param(StudiesBody& body);
studies::IntermediateValue read_intermediate_value(StudiesBody& body);
std::vector<studies::Direction> read_directions(StudiesBody& body);
// A whole trial; its trial_id and number are the server's to give and are passed over.
studies::TrialContent read_trial(StudiesBody& body);

}  // namespace ssem::api::http
