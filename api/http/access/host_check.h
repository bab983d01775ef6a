// Which Host and Origin a request may carry: the answer to DNS rebinding and to foreign pages driving a local server.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ssem::api::http {

// True for 127.0.0.0/8, ::1 and localhost.
bool is_loopback(std::string_view host);

class HostCheck {
 public:
  // `bind_host` and `port` are the server's own; `allowed_hosts` are further names, with or without a port;
  // `allowed_origins` are whole origins ("https://lab.example").
  HostCheck(std::string_view bind_host, int port, const std::vector<std::string>& allowed_hosts,
            const std::vector<std::string>& allowed_origins, std::string scheme = "http");

  // A bound name with the port, an allowed name, or the very address the connection came in on (never a DNS name).
  bool allows_host(std::string_view host, std::string_view local_address) const;

  // Same origin as the (already checked) host, or on the list.
  bool allows_origin(std::string_view origin, std::string_view host) const;

  // True when the origin is on the list, so that a cross-origin answer may name it.
  bool lists_origin(std::string_view origin) const;

 private:
  void add_name(const std::string& name);
  bool has_default_port() const;

  int port_;
  std::string scheme_;  // by which the server itself is reached
  std::unordered_set<std::string> hosts_;
  std::unordered_set<std::string> origins_;
};

}  // namespace ssem::api::http
