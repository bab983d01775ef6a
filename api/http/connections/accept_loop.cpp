#include "api/http/connections/accept_loop.h"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace ssem::api::http {
namespace {

// So that a machine without descriptors or memory is not kept busy by asking; connections wait in the kernel meanwhile.
constexpr std::chrono::milliseconds kPause{10};

// The error is that one connection's, which is off the queue: the next may be fine.
bool concerns_one_connection(int error) { return error == ECONNABORTED || error == EPROTO || error == EPERM; }

}  // namespace

void accept_until_stopped(int listening_socket, const AcceptCalls& calls) {
  while (!calls.is_stopping()) {
    const int socket = ::accept4(listening_socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
      calls.serve(socket);
      continue;
    }
    const int error = errno;
    if (error == EINTR || error == EAGAIN || calls.is_stopping()) continue;
    calls.report_fault(error);
    if (!concerns_one_connection(error)) std::this_thread::sleep_for(kPause);
  }
}

}  // namespace ssem::api::http
