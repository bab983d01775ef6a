// What a request's Range header asks for (RFC 9110, 14.2).
#pragma once

#include <cstdint>
#include <string_view>

#include "api/http/message/message.h"

namespace ssem::api::http {

// The Range header's name once a request is received: the HTTP library would refuse those that are to be ignored.
inline constexpr std::string_view kReceivedRange = "SSEM-Received-Range";

struct ByteRange {
  enum class Kind { whole, part, unsatisfiable };

  Kind kind = Kind::whole;
  std::uint64_t first = 0;
  std::uint64_t count = 0;  // of a part; the whole size of the whole
};

// One range of bytes is given. What is malformed, has another unit or several ranges is ignored: the whole.
ByteRange read_byte_range(std::string_view header, std::uint64_t size);

// The same of a request. No answer has a validator that If-Range could name: with one it is the whole.
ByteRange asked_range(const Request& request, std::uint64_t size);

}  // namespace ssem::api::http
