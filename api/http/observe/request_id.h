// One id per request: the client's own where it is sane, else a fresh one.
#pragma once

#include <string>
#include <string_view>

namespace ssem::api::http {

// 1 to 64 letters, digits, dots, dashes and underscores.
bool is_sane_request_id(std::string_view id);

// Unique in this process; the prefix differs between processes. Thread safe.
std::string new_request_id();

}  // namespace ssem::api::http
