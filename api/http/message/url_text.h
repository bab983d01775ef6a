// Strict reading of percent-encoded text: broken escapes, broken UTF-8 and NUL are refused, never repaired.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisor/result.h"

namespace ssem::api::http {

enum class PlusSign { literal, space };  // a query follows HTML forms, where + is a space; a path does not

// Nothing when an escape is broken, or the result is not UTF-8 or contains NUL.
std::optional<std::string> percent_decode(std::string_view text, PlusSign plus);

// Name/value pairs in the order sent, repeated names kept. All faults at once; hostile bytes are not echoed.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace ssem::api::http
