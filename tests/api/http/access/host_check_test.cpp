#include "api/http/access/host_check.h"

#include <doctest/doctest.h>

using ssem::api::http::HostCheck;
using ssem::api::http::is_loopback;

TEST_CASE("the whole of 127.0.0.0/8, ::1 and localhost are loopback, nothing else is") {
  for (const char* host : {"127.0.0.1", "127.255.255.255", "::1", "localhost", "LOCALHOST"}) {
    CAPTURE(host);
    CHECK(is_loopback(host));
  }
  for (const char* host : {"0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "localhost.example", "", "127.1", "127.0.0.1.x"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("bound names with the port are allowed, in any case") {
  const HostCheck check("127.0.0.1", 8080, {}, {});
  for (const char* host : {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"}) {
    CAPTURE(host);
    CHECK(check.allows_host(host, "127.0.0.1"));
  }
  for (const char* host : {"", "127.0.0.1", "localhost", "127.0.0.1:8081", "evil.example:8080", "127.0.0.1:8080 ",
                           "127.0.0.1:8080.evil.example", "127.0.0.1:8080@evil.example", "::1:8080", "0.0.0.0:8080"}) {
    CAPTURE(host);
    CHECK_FALSE(check.allows_host(host, "127.0.0.1"));
  }
}

TEST_CASE("on port 80 the port may be left out") {
  const HostCheck check("127.0.0.1", 80, {}, {});
  CHECK(check.allows_host("localhost", "127.0.0.1"));
  CHECK(check.allows_host("127.0.0.1:80", "127.0.0.1"));
}

TEST_CASE("the address a connection came in on is a bound name, another address is not") {
  const HostCheck check("0.0.0.0", 8080, {}, {});
  CHECK(check.allows_host("192.168.1.5:8080", "192.168.1.5"));
  CHECK(check.allows_host("192.168.1.5:8080", "::ffff:192.168.1.5"));
  CHECK(check.allows_host("[fe80::1]:8080", "fe80::1"));
  CHECK_FALSE(check.allows_host("192.168.1.6:8080", "192.168.1.5"));
  CHECK_FALSE(check.allows_host("192.168.1.5", "192.168.1.5"));
}

TEST_CASE("an allowed host without a port is allowed with ours or none, one with a port exactly") {
  const HostCheck check("127.0.0.1", 8080, {"Lab.example", "other.example:99"}, {});
  CHECK(check.allows_host("lab.example", ""));
  CHECK(check.allows_host("lab.example:8080", ""));
  CHECK_FALSE(check.allows_host("lab.example:1", ""));
  CHECK(check.allows_host("other.example:99", ""));
  CHECK_FALSE(check.allows_host("other.example", ""));
}

TEST_CASE("the own origin and listed ones are allowed") {
  const HostCheck check("127.0.0.1", 8080, {}, {"https://Lab.example"});
  CHECK(check.allows_origin("http://localhost:8080", "localhost:8080"));
  CHECK(check.allows_origin("https://lab.example", "localhost:8080"));
  CHECK(check.lists_origin("https://lab.example"));
  for (const char* origin : {"null", "", "https://localhost:8080", "http://localhost", "http://127.0.0.1:8080",
                             "https://lab.example.evil", "https://lab.example:444", "*"}) {
    CAPTURE(origin);
    CHECK_FALSE(check.allows_origin(origin, "localhost:8080"));
  }
}
