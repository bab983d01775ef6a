#include "api/http/connections/listen_fault.h"

#include <cerrno>
#include <cstring>

namespace ssem::api::http {

Error listen_fault(const std::string& host, int port, int error) {
  const std::string address = host + " port " + std::to_string(port);
  if (error == EADDRINUSE) {
    return {ErrorCode::conflict, address + " is in use by another program; --port chooses another", {}};
  }
  return {ErrorCode::unavailable,
          "cannot listen on " + address + ": " + (error != 0 ? std::strerror(error) : "unknown address"),
          {}};
}

}  // namespace ssem::api::http
