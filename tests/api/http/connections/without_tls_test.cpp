#include <doctest/doctest.h>

#include "api/http/connections/transport/tls.h"

TEST_CASE("a build without OpenSSL says so, and what to do, where a certificate is given") {
  const auto opened = ssem::api::http::TlsContext::open("cert.pem", "key.pem");
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ssem::ErrorCode::invalid_argument);
  CHECK(opened.error().message.find("built without OpenSSL; install libssl-dev") != std::string::npos);
}
