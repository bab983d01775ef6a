#include "api/http/access/client_address.h"

#include <doctest/doctest.h>

#include <string>

using namespace ssem::api::http;

namespace {

TrustedProxies proxies(const std::vector<std::string>& texts) {
  TrustedProxies all;
  for (const std::string& text : texts) REQUIRE_FALSE(all.add(text));
  return all;
}

std::string address(const std::string& peer, const std::string& hops, const TrustedProxies& trusted,
                    ProxyHeader kind = ProxyHeader::x_forwarded_for) {
  Request request;
  request.remote_address = peer;
  const std::string name = kind == ProxyHeader::forwarded ? "Forwarded" : "X-Forwarded-For";
  request.header = [&](std::string_view asked) { return asked == name ? std::string_view(hops) : std::string_view{}; };
  return client_address(request, trusted, kind);
}

}  // namespace

TEST_CASE("without a trusted proxy the peer is the client, whatever it says") {
  CHECK(address("192.0.2.1", "198.51.100.7", {}) == "192.0.2.1");
  CHECK(address("192.0.2.1", "198.51.100.7", proxies({"192.0.2.2"})) == "192.0.2.1");
  CHECK(address("::ffff:192.0.2.1", "", {}) == "192.0.2.1");
}

TEST_CASE("the client is the last hop that is not trusted, so that nobody chooses an address") {
  const TrustedProxies trusted = proxies({"127.0.0.1", "10.0.0.0/8", "2001:db8::/32"});
  CHECK(address("127.0.0.1", "203.0.113.9, 198.51.100.7", trusted) == "198.51.100.7");
  CHECK(address("::ffff:127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", trusted) == "198.51.100.7");
  CHECK(address("2001:db8::1", "[2001:db9::5]:443", trusted) == "2001:db9::5");
  CHECK(address("127.0.0.1", "198.51.100.7:4711", trusted) == "198.51.100.7");
  CHECK(address("127.0.0.1", "203.0.113.9, unknown", trusted) == "127.0.0.1");
  CHECK(address("127.0.0.1", "", trusted) == "127.0.0.1");
  CHECK(address("127.0.0.1", ",", trusted) == "127.0.0.1");
}

TEST_CASE("Forwarded is read as RFC 7239 has it") {
  const TrustedProxies trusted = proxies({"127.0.0.1"});
  const auto read = [&](const std::string& hops) {
    return address("127.0.0.1", hops, trusted, ProxyHeader::forwarded);
  };
  CHECK(read("for=192.0.2.60;proto=http;by=203.0.113.43") == "192.0.2.60");
  CHECK(read("for=203.0.113.1, proto=https; For=\"[2001:db8:cafe::17]:4711\"") == "2001:db8:cafe::17");
  CHECK(read("for=_hidden") == "127.0.0.1");
}

TEST_CASE("a network is an address and the bits of it that count") {
  const TrustedProxies trusted = proxies({"192.0.2.128/25"});
  CHECK(trusted.trusts("192.0.2.129"));
  CHECK_FALSE(trusted.trusts("192.0.2.127"));
  CHECK(proxies({"0.0.0.0/0"}).trusts("203.0.113.1"));
  CHECK_FALSE(proxies({"0.0.0.0/0"}).trusts("2001:db8::1"));
  for (const char* wrong : {"", "proxy.example", "192.0.2.1/33", "192.0.2.1/", "::/129", "192.0.2.1/-1"}) {
    CAPTURE(wrong);
    CHECK(TrustedProxies().add(wrong));
  }
}

TEST_CASE("limits count an IPv6 subscriber as one") {
  CHECK(address_block("2001:db8:1:2:3:4:5:6") == address_block("2001:db8:1:2::1"));
  CHECK(address_block("2001:db8:1:2::1") != address_block("2001:db8:1:3::1"));
  CHECK(address_block("192.0.2.1") == "192.0.2.1");
}
