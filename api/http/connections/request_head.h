// A request's head, judged byte by byte before the HTTP library reads it: what two readers could take differently is
// refused (RFC 9112, 11.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace ssem::api::http {

struct HeadEnd {
  bool is_found = false;
  std::size_t size = 0;  // of the head with its empty line, or up to the byte that no head can hold
};

// Looks on from the byte `from` for the empty line, or for a byte that makes the head one to refuse.
HeadEnd find_head_end(std::string_view bytes, std::size_t from);

// How a request's body is framed, and what the connection must know of its head.
struct RequestHead {
  int refusal = 0;  // the status that it is refused with; 0: it is fine
  std::size_t content_length = 0;
  bool is_chunked = false;
  bool expects_continue = false;
  bool asks_to_close = false;
};

// `head` ends where find_head_end() says.
RequestHead read_head(std::string_view head);

}  // namespace ssem::api::http
