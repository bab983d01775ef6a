// In place of tls.cpp where the build found no OpenSSL.
#include "api/http/connections/transport/tls.h"

namespace ssem::api::http {

// NOLINTNEXTLINE(performance-unnecessary-value-param): as tls.cpp has it
Result<std::unique_ptr<TlsContext>> TlsContext::open(std::string, std::string) {
  return Error{
      ErrorCode::invalid_argument,
      "--tls-cert: this ssem was built without OpenSSL; install libssl-dev (./setup does) and build again, or put a "
      "proxy with TLS before the server",
      {}};
}

// Nothing below is reached: nobody has a context.
Result<TlsContext::Shared> TlsContext::read(const std::string&, const std::string&) { return Shared(); }

std::optional<Error> TlsContext::reload() { return std::nullopt; }

std::unique_ptr<Transport> TlsContext::accept(int) const { return {}; }

}  // namespace ssem::api::http
