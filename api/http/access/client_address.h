// Whose request it is: the peer's address, or what a trusted proxy says of it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

// Addresses of proxies, "ADDRESS" or "ADDRESS/BITS".
class TrustedProxies {
 public:
  std::optional<Error> add(std::string_view text);
  bool trusts(std::string_view text) const;
  bool is_empty() const { return networks_.empty(); }

 private:
  struct Network {
    std::array<unsigned char, 16> address;  // IPv4 as ::ffff:a.b.c.d
    int bits;
  };
  std::vector<Network> networks_;
};

// Where a proxy writes the address it serves. One of them, since the other one passes through it as a client sent it.
enum class ProxyHeader { x_forwarded_for, forwarded };
std::string_view name(ProxyHeader header);
std::optional<ProxyHeader> proxy_header_from(std::string_view name);

// The last hop that is not trusted, IPv4 without its IPv6 prefix. A header that cannot be read, or came twice, is not
// believed: then it is the last hop known.
std::string client_address(const Request& request, const TrustedProxies& proxies, ProxyHeader header);

// What a limit counts by: an IPv4 address, or the /64 that one IPv6 subscriber has.
std::string address_block(std::string_view text);

}  // namespace ssem::api::http
