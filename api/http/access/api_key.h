// The API key that a request brings, and where the server needs one.
#pragma once

#include <optional>
#include <string_view>

#include "advisor/result.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

// Compares in a time that depends on the lengths only.
bool constant_time_equal(std::string_view left, std::string_view right);

// "Authorization: Bearer KEY" or "X-API-Key: KEY"; empty without.
std::string_view presented_key(const Request& request);

// Nothing, or why the server must not start: a bind that others can reach without a key, or a key that a header
// cannot carry. `key_file`: a file of keys is named.
std::optional<Error> check_exposure(std::string_view bind_host, std::string_view key, bool key_file, bool insecure);

}  // namespace ssem::api::http
