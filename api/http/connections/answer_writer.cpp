#include "api/http/connections/answer_writer.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <string_view>

namespace ssem::api::http {

bool AnswerWriter::write(const char* bytes, std::size_t count) {
  std::string_view rest(bytes, count);
  while (!rest.empty() && connection_.unsent.empty()) {
    const ssize_t sent = connection_.transport->send(rest.data(), rest.size());
    if (sent > 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!is_stream_) break;
      if (!wait_until_writable()) return false;
    } else if (sent == 0 || errno != EINTR) {
      return false;
    }
  }
  connection_.unsent.append(rest);
  return true;
}

bool AnswerWriter::wait_until_writable() const {
  pollfd socket{connection_.socket, POLLOUT, 0};
  const int count = ::poll(&socket, 1, static_cast<int>(write_timeout_.count()));
  return count > 0 || (count < 0 && errno == EINTR);
}

bool AnswerWriter::has_reader() const {
  char byte = 0;
  const ssize_t count = ::recv(connection_.socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace ssem::api::http
