#include "api/http/access/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace ssem::api::http {
namespace {

constexpr int kIpv4Offset = 96;  // bits of ::ffff:
constexpr int kIpv6Bits = 128;
constexpr int kIpv4Bits = 32;
constexpr int kSubscriberBytes = 8;
constexpr std::array<std::string_view, 2> kHeaderNames = {"x-forwarded-for", "forwarded"};

struct Address {
  std::array<unsigned char, 16> bytes{};
  bool is_ipv4 = false;
};

std::optional<Address> read(std::string_view text) {
  const std::string name(text);
  Address address;
  if (inet_pton(AF_INET, name.c_str(), &address.bytes[12]) == 1) {
    address.bytes[10] = address.bytes[11] = 0xFF;
    address.is_ipv4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, name.c_str(), address.bytes.data()) != 1) return std::nullopt;
  in6_addr six{};
  std::copy(address.bytes.begin(), address.bytes.end(), std::begin(six.s6_addr));
  address.is_ipv4 = IN6_IS_ADDR_V4MAPPED(&six);
  return address;
}

std::string text_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = address.is_ipv4 ? &address.bytes[12] : address.bytes.data();
  inet_ntop(address.is_ipv4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  return text.data();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// An address as a proxy writes it: in quotes, in brackets, with a port.
std::optional<Address> read_hop(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (!text.empty() && text.front() == '[') return read(text.substr(1, text.find(']') - 1));
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return read(text);
}

bool is_for(std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  constexpr std::string_view kFor = "for=";
  return word.size() > kFor.size() &&
         std::equal(kFor.begin(), kFor.end(), word.begin(), [&](char a, char b) { return a == lower(b); });
}

// "for=192.0.2.60;proto=http" (RFC 7239) to its address.
std::optional<Address> read_element(std::string_view element) {
  while (!element.empty()) {
    const std::size_t end = element.find(';');
    const std::string_view word = trimmed(element.substr(0, end));
    if (is_for(word)) return read_hop(word.substr(4));
    if (end == std::string_view::npos) break;
    element.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(ProxyHeader header) { return kHeaderNames[static_cast<std::size_t>(header)]; }

std::optional<ProxyHeader> proxy_header_from(std::string_view name) {
  if (name == kHeaderNames[0]) return ProxyHeader::x_forwarded_for;
  if (name == kHeaderNames[1]) return ProxyHeader::forwarded;
  return std::nullopt;
}

std::optional<Error> TrustedProxies::add(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = read(text.substr(0, slash));
  int bits = kIpv6Bits;
  bool whole = true;
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto end = std::from_chars(number.data(), number.data() + number.size(), bits);
    whole = end.ec == std::errc{} && end.ptr == number.data() + number.size() && bits >= 0;
    const bool four = text.find(':') == std::string_view::npos;
    whole = whole && bits <= (four ? kIpv4Bits : kIpv6Bits);
    if (four) bits += kIpv4Offset;
  }
  if (!address || !whole) {
    return Error{ErrorCode::invalid_argument,
                 "--trusted-proxy must be an IP address or ADDRESS/BITS, got \"" + std::string(text) + '"',
                 {}};
  }
  networks_.push_back({address->bytes, bits});
  return std::nullopt;
}

bool TrustedProxies::trusts(std::string_view text) const {
  const auto address = read(text);
  return address && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           for (int bit = 0; bit < network.bits; bit += 8) {
             const auto byte = static_cast<std::size_t>(bit / 8);
             const unsigned mask = 0xFFU << static_cast<unsigned>(std::max(0, 8 - (network.bits - bit))) & 0xFFU;
             if (((network.address[byte] ^ address->bytes[byte]) & mask) != 0) return false;
           }
           return true;
         });
}

std::string client_address(const Request& request, const TrustedProxies& proxies, ProxyHeader header) {
  const auto peer = read(request.remote_address);
  std::string hop = peer ? text_of(*peer) : std::string(request.remote_address);
  if (proxies.is_empty() || !request.header) return hop;
  std::string_view hops = request.header(header == ProxyHeader::forwarded ? "Forwarded" : "X-Forwarded-For");
  while (!hops.empty() && proxies.trusts(hop)) {
    const std::size_t comma = hops.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? hops : hops.substr(comma + 1);
    hops = hops.substr(0, comma == std::string_view::npos ? 0 : comma);
    const auto earlier = header == ProxyHeader::forwarded ? read_element(last) : read_hop(last);
    if (!earlier) break;
    hop = text_of(*earlier);
  }
  return hop;
}

std::string address_block(std::string_view text) {
  auto address = read(text);
  if (!address || address->is_ipv4) return std::string(text);
  std::fill(address->bytes.begin() + kSubscriberBytes, address->bytes.end(), static_cast<unsigned char>(0));
  return text_of(*address) + "/64";
}

}  // namespace ssem::api::http
