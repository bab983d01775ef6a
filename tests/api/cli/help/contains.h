#pragma once

#include <string>
#include <string_view>

namespace ssem::api::cli {

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace ssem::api::cli
