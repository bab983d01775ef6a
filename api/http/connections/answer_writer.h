// Sends an answer from a worker thread, which waits for its client only where the answer is a stream.
#pragma once

#include <chrono>
#include <cstddef>

#include "api/http/connections/connection.h"

namespace ssem::api::http {

class AnswerWriter {
 public:
  AnswerWriter(Connection& connection, std::chrono::milliseconds write_timeout)
      : connection_(connection), write_timeout_(write_timeout) {}

  // From here on write() waits while the client does not read.
  void begin_stream() { is_stream_ = true; }

  // What the socket does not take at once is left to the connection, or waited for. False: the client is gone, or did
  // not read a byte in time.
  bool write(const char* bytes, std::size_t count);

  // Whether somebody still reads; that it has ended its side counts as gone.
  bool has_reader() const;

 private:
  bool wait_until_writable() const;

  Connection& connection_;
  std::chrono::milliseconds write_timeout_;
  bool is_stream_ = false;
};

}  // namespace ssem::api::http
