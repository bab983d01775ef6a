// Requests as handlers see them, made by hand.
#pragma once

#include <string>
#include <string_view>

#include "api/http/message/message.h"

namespace ssem::api::http {

// With one Idempotency-Key, or none.
inline Request keyed_request(std::string_view key, std::string_view method, std::string_view path,
                             std::string_view body = "", std::string_view client = "") {
  Request request;
  request.method = method;
  request.path = path;
  request.body = body;
  request.client = client;
  request.header = [key](std::string_view name) { return name == "Idempotency-Key" ? key : std::string_view{}; };
  request.header_count = [key](std::string_view name) -> std::size_t {
    return name == "Idempotency-Key" && key.data() != nullptr ? 1 : 0;
  };
  return request;
}

inline std::string header_of(const Response& response, std::string_view wanted) {
  for (const auto& [name, value] : response.headers) {
    if (name == wanted) return value;
  }
  return {};
}

}  // namespace ssem::api::http
