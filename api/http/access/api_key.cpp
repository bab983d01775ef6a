#include "api/http/access/api_key.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "api/http/access/host_check.h"

namespace ssem::api::http {
namespace {

constexpr std::size_t kMinKeyLength = 16;
constexpr std::string_view kBearer = "bearer ";

bool starts_with_bearer(std::string_view value) {
  return value.size() >= kBearer.size() &&
         std::equal(kBearer.begin(), kBearer.end(), value.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b); });
}

}  // namespace

bool constant_time_equal(std::string_view left, std::string_view right) {
  // The key's length is no secret; its bytes are, so every byte is always looked at.
  unsigned difference = left.size() == right.size() ? 0U : 1U;
  const std::size_t length = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < length; ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]));
  }
  return difference == 0U;
}

std::string_view presented_key(const Request& request) {
  const std::string_view authorization = request.header("Authorization");
  return starts_with_bearer(authorization) ? authorization.substr(kBearer.size()) : request.header("X-API-Key");
}

std::optional<Error> check_exposure(std::string_view bind_host, std::string_view key, bool key_file, bool insecure) {
  if (!key.empty() && key_file) {
    return Error{ErrorCode::invalid_argument,
                 "there is an API key (--api-key or SSEM_API_KEY) and a file of keys: give one of them",
                 {}};
  }
  // The HTTP library percent-decodes header values, so a key with % could never be matched.
  const bool plain = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '%'; });
  if (!key.empty() && (key.size() < kMinKeyLength || !plain)) {
    return Error{ErrorCode::invalid_argument,
                 "the API key must be at least " + std::to_string(kMinKeyLength) +
                     " printable ASCII characters without spaces or %",
                 {}};
  }
  if (key.empty() && !key_file && !insecure && !is_loopback(bind_host)) {
    return Error{ErrorCode::invalid_argument,
                 "other machines can reach " + std::string(bind_host) +
                     ": set --api-key-file, --api-key or SSEM_API_KEY, or pass --insecure to serve everyone",
                 {}};
  }
  return std::nullopt;
}

}  // namespace ssem::api::http
