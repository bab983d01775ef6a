#include "api/jobs/event_error.h"

#include <nlohmann/json.hpp>

#include "advisor/json/training/event_fields.h"

namespace ssem::api::jobs {

using Json = nlohmann::ordered_json;

std::string text_in(const Json& object, std::string_view name) {
  const auto found = object.find(name);  // of what is no object: the end
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Error error_in(const Json& event) {
  const Json error = event.value(advisor::json::training::kError, Json::object());
  Error read{ErrorCode::unavailable, text_in(error, "message"), {}};
  if (text_in(error, "code") == "invalid_argument") read.code = ErrorCode::invalid_argument;
  const Json fields = error.is_object() ? error.value("fields", Json::array()) : Json::array();
  for (const Json& fault : fields) {
    if (fault.is_object()) read.fields.push_back({text_in(fault, "path"), text_in(fault, "message")});
  }
  if (read.message.empty()) read.message = "ssem-train failed without saying why";
  return read;
}

}  // namespace ssem::api::jobs
