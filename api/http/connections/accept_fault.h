// What a failed accept(2) is about: it hands over errors of the network and of connections that ended while they
// waited, and resources run out for a while. None of that ends a server.
#pragma once

#include <cerrno>

namespace ssem::api::http {

// The error is that one connection's, which is off the queue: the next may be fine.
inline bool concerns_one_connection(int error) { return error == ECONNABORTED || error == EPROTO || error == EPERM; }

inline bool is_out_of_descriptors(int error) { return error == EMFILE || error == ENFILE; }

}  // namespace ssem::api::http
