// A socket as it is.
#pragma once

#include <sys/socket.h>

#include "api/http/connections/transport/transport.h"

namespace ssem::api::http {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}

  Handshake shake_hands() override { return Handshake::complete; }
  Handshake handshake() const override { return Handshake::complete; }
  ssize_t receive(char* bytes, std::size_t count) override { return ::recv(socket_, bytes, count, 0); }
  ssize_t send(const char* bytes, std::size_t count) override { return ::send(socket_, bytes, count, MSG_NOSIGNAL); }
  void end_sending() override { ::shutdown(socket_, SHUT_WR); }

 private:
  const int socket_;
};

inline TransportOpener plain_transports() {
  return [](int socket) { return std::make_unique<PlainTransport>(socket); };
}

}  // namespace ssem::api::http
