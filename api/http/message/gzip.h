// Bodies packed with gzip (RFC 1952).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/http/message/message.h"

namespace ssem::api::http {

// Fast rather than small.
std::string gzip(std::string_view bytes);

enum class Unpacked { whole, broken, too_large };
// Never makes more than `most` bytes, whatever the packed ones promise.
Unpacked gunzip(std::string_view packed, std::size_t most, std::string& bytes);

// Whether an Accept-Encoding takes gzip.
bool takes_gzip(std::string_view accept_encoding);

// Packs what is text and long enough to be worth it. `accept_encoding` is the request's.
void pack(Response& response, std::string_view accept_encoding);

}  // namespace ssem::api::http
