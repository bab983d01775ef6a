#include "api/http/connections/addresses.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>

namespace ssem::api::http {
namespace {

using Ask = int (*)(int, sockaddr*, socklen_t*);

void name_address(int socket, Ask ask, std::string& address, int& port) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const plain = reinterpret_cast<sockaddr*>(&storage);
  if (ask(socket, plain, &length) != 0) return;
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  constexpr int kAsNumbers = NI_NUMERICHOST | NI_NUMERICSERV;
  if (::getnameinfo(plain, length, host.data(), host.size(), service.data(), service.size(), kAsNumbers) != 0) return;
  address = host.data();
  port = std::atoi(service.data());
}

}  // namespace

void name_addresses(Connection& connection) {
  if (!connection.local_address.empty()) return;
  name_address(connection.socket, ::getpeername, connection.remote_address, connection.remote_port);
  name_address(connection.socket, ::getsockname, connection.local_address, connection.local_port);
}

}  // namespace ssem::api::http
