#include "api/http/access/host_check.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

namespace ssem::api::http {
namespace {

constexpr int kDefaultHttpPort = 80;
constexpr int kDefaultHttpsPort = 443;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

// IPv6 addresses stand in brackets wherever a port may follow.
std::string authority_name(std::string_view host) {
  const std::string name = lower(host);
  return is_ipv6(name) ? "[" + name + "]" : name;
}

bool has_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return false;
  return host.front() != '[' || host[colon - 1] == ']';
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string name = lower(host);
  if (name == "localhost") return true;
  in_addr four{};
  if (inet_pton(AF_INET, name.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127U;
  in6_addr six{};
  return inet_pton(AF_INET6, name.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

HostCheck::HostCheck(std::string_view bind_host, int port, const std::vector<std::string>& allowed_hosts,
                     const std::vector<std::string>& allowed_origins, std::string scheme)
    : port_(port), scheme_(std::move(scheme)) {
  for (const std::string_view name :
       {std::string_view{"127.0.0.1"}, std::string_view{"localhost"}, std::string_view{"[::1]"}, bind_host}) {
    add_name(authority_name(name));
  }
  for (const std::string& name : allowed_hosts) {
    const std::string host = authority_name(name);
    if (!has_port(host)) add_name(host);
    hosts_.insert(host);
  }
  for (const std::string& origin : allowed_origins) origins_.insert(lower(origin));
}

void HostCheck::add_name(const std::string& name) {
  hosts_.insert(name + ":" + std::to_string(port_));
  if (has_default_port()) hosts_.insert(name);
}

bool HostCheck::has_default_port() const {
  return port_ == (scheme_ == "https" ? kDefaultHttpsPort : kDefaultHttpPort);
}

bool HostCheck::allows_host(std::string_view host, std::string_view local_address) const {
  if (host.empty()) return false;
  const std::string name = lower(host);
  if (hosts_.count(name) != 0) return true;
  if (local_address.empty()) return false;
  // A dual-stack socket reports an IPv4 peer's address with this prefix.
  constexpr std::string_view kMappedPrefix = "::ffff:";
  if (local_address.substr(0, kMappedPrefix.size()) == kMappedPrefix) local_address.remove_prefix(kMappedPrefix.size());
  const std::string own = authority_name(local_address);
  return name == own + ":" + std::to_string(port_) || (has_default_port() && name == own);
}

bool HostCheck::allows_origin(std::string_view origin, std::string_view host) const {
  const std::string sent = lower(origin);
  return sent == scheme_ + "://" + lower(host) || origins_.count(sent) != 0;
}

bool HostCheck::lists_origin(std::string_view origin) const { return origins_.count(lower(origin)) != 0; }

}  // namespace ssem::api::http
