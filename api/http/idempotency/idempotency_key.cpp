#include "api/http/idempotency/idempotency_key.h"

#include <algorithm>
#include <initializer_list>

#include "api/http/access/sha256.h"

namespace ssem::api::http {
namespace {

constexpr std::string_view kHeader = "Idempotency-Key";
constexpr std::size_t kKeptDigits = 32;

// Each part with its length before it, so that no text can move from one part to the next.
std::string hash_of(std::initializer_list<std::string_view> parts) {
  Sha256 hash;
  for (const std::string_view part : parts) hash.add(std::to_string(part.size()) + ":").add(part);
  return hash.hex().substr(0, kKeptDigits);
}

Error malformed(const std::string& got) {
  return {ErrorCode::invalid_argument,
          "Idempotency-Key must be 1 to " + std::to_string(kLongestIdempotencyKey) +
              " visible ASCII characters (no spaces), got " + got,
          {}};
}

}  // namespace

Result<std::optional<IdempotencyKey>> idempotency_key_of(const Request& request) {
  const std::size_t count = request.header_count(kHeader);
  if (count == 0) return std::optional<IdempotencyKey>();
  if (count > 1) return malformed(std::to_string(count) + " of them");
  const std::string_view key = request.header(kHeader);
  if (key.empty() || key.size() > kLongestIdempotencyKey) return malformed(std::to_string(key.size()) + " characters");
  const auto visible = [](char c) { return c >= '!' && c <= '~'; };
  if (!std::all_of(key.begin(), key.end(), visible)) return malformed("one with other characters");
  return std::optional<IdempotencyKey>(
      {hash_of({request.client, key}), hash_of({request.method, request.path, request.query, request.body})});
}

std::string work_id_of(const IdempotencyKey& key) { return hash_of({key.id, key.request}); }

Error idempotency_key_reused() {
  return {ErrorCode::unprocessable,
          "this Idempotency-Key came with another request before: a new request needs a new key",
          {},
          "idempotency_key_reused"};
}

}  // namespace ssem::api::http
