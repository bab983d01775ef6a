// A body in chunks (RFC 9112, 7.1), read as strictly as it may be written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ssem::api::http {

class ChunkedBody {
 public:
  enum class State { incomplete, complete, malformed, too_large };

  explicit ChunkedBody(std::size_t most) : most_(most) {}

  // Moves what is there of the body from the front of `received` to the end of `body`, without its framing; chunk
  // extensions and trailers are read and dropped. Complete: what is left in `received` is the next request's.
  State take(std::string& received, std::string& body);

 private:
  enum class Part { size_line, data, data_end, trailer, ended };

  State step(std::string_view& rest, std::string& body);
  State read_size(std::string_view line);

  std::size_t most_;
  std::size_t left_ = 0;      // of the chunk that is being read
  std::size_t trailers_ = 0;  // bytes of them
  Part part_ = Part::size_line;
};

}  // namespace ssem::api::http
