#include "files/line_reader.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ssem::files {

LineReader::Next LineReader::next() {
  line_.clear();
  bool too_long = false;
  bool started = false;
  for (;;) {
    if (begin_ == end_) {
      const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Next::failed;
      begin_ = 0;
      end_ = static_cast<std::size_t>(count);
      if (count == 0) return started ? finished(too_long) : Next::end;
    }
    started = true;
    const char* start = buffer_.data() + begin_;
    const void* newline = std::memchr(start, '\n', end_ - begin_);
    const std::size_t length =
        newline == nullptr ? end_ - begin_ : static_cast<std::size_t>(static_cast<const char*>(newline) - start);
    if (line_.size() + length > max_bytes_) too_long = true;
    if (!too_long) line_.append(start, length);
    begin_ += length + (newline == nullptr ? 0 : 1);
    if (newline != nullptr) return finished(too_long);
  }
}

LineReader::Next LineReader::finished(bool too_long) {
  if (too_long) {
    line_.clear();
    return Next::too_long;
  }
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  return Next::line;
}

}  // namespace ssem::files
