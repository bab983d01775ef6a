// Who may call a route when the server has API keys. Each role may do what the ones before it may.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ssem::api::http {

enum class Access { open, read, advise, tune, admin };

inline constexpr std::array<std::string_view, 5> kAccessNames = {"open", "read", "advise", "tune", "admin"};

inline std::string_view name(Access access) { return kAccessNames[static_cast<std::size_t>(access)]; }

// A key's role: any but `open`, which is no key's.
inline std::optional<Access> role_from(std::string_view name) {
  for (std::size_t i = 1; i < kAccessNames.size(); ++i) {
    if (kAccessNames[i] == name) return static_cast<Access>(i);
  }
  return std::nullopt;
}

// What a route on stored things needs unless it says otherwise: GET looks, DELETE takes away for good, the rest
// changes.
inline Access usual_access(std::string_view method) {
  if (method == "GET") return Access::read;
  return method == "DELETE" ? Access::admin : Access::tune;
}

}  // namespace ssem::api::http
