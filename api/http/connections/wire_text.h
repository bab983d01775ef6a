// What bytes mean on the wire of HTTP/1.1.
#pragma once

#include <string_view>

namespace ssem::api::http {

inline constexpr std::string_view kLineEnd = "\r\n";

// No byte of a line but a tab.
inline bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20U && c != '\t') || c == 0x7F; }

}  // namespace ssem::api::http
