// Strict JSON text: UTF-8, depth <= 64, no duplicate fields, no numbers out of range, nothing after the value.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisor/result.h"

namespace ssem::advisor::json {

inline constexpr int kMaxDepth = 64;

// Faults name the byte position or the JSON pointer of the duplicate.
Result<nlohmann::ordered_json> parse_strict(std::string_view text);

// An object from name/value text (query parameters, command-line flags): numbers, true, false become what they look
// like in JSON, "class_counts" a list split at commas, everything else stays text. Repeated names are a fault.
Result<nlohmann::ordered_json> object_from_text(const std::vector<std::pair<std::string, std::string>>& fields);

// One line of UTF-8 that every parser takes: broken UTF-8 is replaced, doubles read back exactly.
std::string dump(const nlohmann::ordered_json& value);

// A number, or "inf", "-inf", "nan" as text.
nlohmann::ordered_json number(double value);

}  // namespace ssem::advisor::json
