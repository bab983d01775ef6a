#include "api/cli/operate/doctor/port_check.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

constexpr time_t kLongestAnswer = 2;                                // seconds
constexpr const char* kOfOurDescription = "\"title\": \"ssem\"";    // api/http/openapi/openapi.yaml
constexpr const char* kOfPlainRefusal = "ssem serve speaks HTTPS";  // api/http/connections/transport/tls.cpp

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

class Socket {
 public:
  explicit Socket(const addrinfo& address)
      : descriptor_(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, address.ai_protocol)) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Addresses addresses_of(const std::string& host, int port) {
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  wish.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wish, &found) != 0) return {};
  return Addresses(found);
}

// 0 where a server could listen, else errno.
int fault_of_listening(const addrinfo& address) {
  const Socket socket(address);
  const int on = 1;
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.descriptor(), address.ai_addr, address.ai_addrlen) != 0) return errno;
  return ::listen(socket.descriptor(), 1) == 0 ? 0 : errno;
}

bool is_our_server(const addrinfo& address, const std::string& host, int port) {
  const Socket socket(address);
  const timeval limit{kLongestAnswer, 0};
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(socket.descriptor(), address.ai_addr, address.ai_addrlen) != 0) return false;
  const bool ipv6 = host.find(':') != std::string::npos;
  const std::string question = "GET /openapi.json HTTP/1.1\r\nHost: " + (ipv6 ? '[' + host + ']' : host) + ':' +
                               std::to_string(port) + "\r\nConnection: close\r\n\r\n";
  if (files::write_all(socket.descriptor(), question) != files::Written::all) return false;
  std::string answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < buffer.size()) {
    const ssize_t count = ::recv(socket.descriptor(), buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return answer.find(kOfOurDescription) != std::string::npos || answer.find(kOfPlainRefusal) != std::string::npos;
}

}  // namespace

Finding check_port(const std::string& host, int port) {
  if (port == 0) return {"port", Health::good, "a free one is taken at each start", ""};
  const std::string address = host + " port " + std::to_string(port);
  const Addresses addresses = addresses_of(host, port);
  if (!addresses) {
    return {"port", Health::wrong, host + " is no address of this machine", "name one with --host"};
  }
  const int fault = fault_of_listening(*addresses);
  if (fault == 0) return {"port", Health::good, address + " is free", ""};
  if (fault == EADDRINUSE && is_our_server(*addresses, host, port)) {
    return {"port", Health::to_know, "an ssem serve answers at " + address, "a second one needs another --port"};
  }
  if (fault == EADDRINUSE) {
    return {"port", Health::wrong, address + " is in use by another program", "choose another one with --port"};
  }
  return {"port", Health::wrong, "cannot listen on " + address + ": " + std::strerror(fault),
          fault == EACCES ? "ports below 1024 are the system's: choose another one with --port"
                          : "name an address of this machine with --host"};
}

}  // namespace ssem::api::cli
