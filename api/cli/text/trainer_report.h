// Parts of the trainer's reports as text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ssem::api::cli {

// A field of an object, or null.
const nlohmann::ordered_json& part(const nlohmann::ordered_json& object, std::string_view name);

// Numbers short, yes or no, text as it is, "-" for everything else and for "nan".
std::string cell(const nlohmann::ordered_json& value);

// A field that is text, or nothing.
std::string text_part(const nlohmann::ordered_json& report, std::string_view name);

}  // namespace ssem::api::cli
