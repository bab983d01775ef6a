// Takes connections from a listening socket until it is shut down, whatever single ones end with.
#pragma once

#include <functional>

namespace ssem::api::http {

struct AcceptCalls {
  std::function<bool()> is_stopping;
  std::function<void(int socket)> serve;        // owns the socket from here on, also when it throws
  std::function<void(int error)> report_fault;  // errno of a failed accept(), each time
};

// accept(2) hands over errors of the network and of connections that ended while they waited, and resources run out for
// a while: none of that ends the loop, which only pauses and tries again. Returns once is_stopping() is true, for which
// the caller shuts the socket down so that a waiting accept() returns. The socket stays open.
void accept_until_stopped(int listening_socket, const AcceptCalls& calls);

}  // namespace ssem::api::http
