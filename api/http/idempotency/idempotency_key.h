// The header Idempotency-Key: one grammar for every route that changes something (api/README.md, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

inline constexpr std::size_t kLongestIdempotencyKey = 255;

// Hashes, so that what is kept is short and says nothing of keys and bodies. 128 bits of SHA-256 each: two requests
// that share them do not happen, by chance or by intent.
struct IdempotencyKey {
  std::string id;       // of client and key: equal keys of two clients are two keys
  std::string request;  // of method, path, query and body
};

// Nothing without the header. Errors: invalid_argument for a key that is not 1 to 255 visible ASCII characters, or sent
// twice. (The HTTP library percent-decodes header values, so %21 is a visible character and %0A is none.)
Result<std::optional<IdempotencyKey>> idempotency_key_of(const Request& request);

// A name for what the request makes, the same whenever it is sent with this key: what was made before the answer could
// be kept is found again by it. Hexadecimal digits.
std::string work_id_of(const IdempotencyKey& key);

// `unprocessable`: the key came with another request before.
Error idempotency_key_reused();

}  // namespace ssem::api::http
