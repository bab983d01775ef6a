// The API key: required wherever other machines can reach the server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

// Compares in a time that depends on the lengths only.
bool constant_time_equal(std::string_view left, std::string_view right);

class ApiKey {
 public:
  // An empty key lets everyone in.
  explicit ApiKey(std::string key);

  // "Authorization: Bearer KEY" or "X-API-Key: KEY".
  bool admits(const Request& request) const;

  // Who comes with this key: a name that tells nothing of it and is the same after a restart. Empty without a key.
  std::string_view identity() const { return identity_; }

 private:
  std::string key_;
  std::string identity_;
};

// Nothing, or why the server must not start: a bind that others can reach without a key, or a key that a header
// cannot carry.
std::optional<Error> check_exposure(std::string_view bind_host, std::string_view key, bool insecure);

}  // namespace ssem::api::http
