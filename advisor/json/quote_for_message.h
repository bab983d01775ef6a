// How a value of the request is repeated in a fault: at most 60 characters, no control characters, valid UTF-8.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace ssem::advisor::json {

inline constexpr std::size_t kMaxEchoedCharacters = 60;

// Control characters, text direction marks and broken bytes become '?'; what is too long ends in "...".
std::string quote_for_message(std::string_view text);

// A value as the user wrote it, as far as that is short: 512.0, "abc", null, "an array of 3".
std::string quote_value_for_message(const nlohmann::ordered_json& value);

// One step of a JSON pointer, with '~' and '/' escaped.
std::string pointer_step(std::string_view name);

}  // namespace ssem::advisor::json
