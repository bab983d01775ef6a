#include "api/cli/text/trainer_report.h"

#include <nlohmann/json.hpp>

#include "advisor/json/training/report_fields.h"
#include "api/cli/text/number_format.h"

namespace ssem::api::cli {

using Json = nlohmann::ordered_json;

const Json& part(const Json& object, std::string_view name) {
  static const Json kNothing;
  const auto found = object.find(name);
  return object.is_object() && found != object.end() ? *found : kNothing;
}

std::string cell(const Json& value) {
  if (value.is_number()) return measured_number(value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string() && value != advisor::json::training::kNotANumber) return value.get<std::string>();
  return "-";
}

std::string text_part(const Json& report, std::string_view name) {
  const Json& value = part(report, name);
  return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace ssem::api::cli
