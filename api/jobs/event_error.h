// The error in an event of ssem-train, of which nothing is sure: another program may stand in its place.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "advisor/result.h"

namespace ssem::api::jobs {

// Empty where there is no such text.
std::string text_in(const nlohmann::ordered_json& object, std::string_view name);

// invalid_argument with its fields, else unavailable. A message is always there.
Error error_in(const nlohmann::ordered_json& event);

}  // namespace ssem::api::jobs
