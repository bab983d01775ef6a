#include "api/http/connections/connection_end.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <string>

#include "api/http/message/error_response.h"
#include "api/http/observe/request_id.h"

namespace ssem::api::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kDrainIdle{200};
constexpr std::chrono::milliseconds kDrainTotal{2000};
constexpr std::chrono::milliseconds kBusyDrain{2};  // on the accepting thread, which others wait for

void drain_for(int socket, std::chrono::milliseconds idle, std::chrono::milliseconds total) {
  ::shutdown(socket, SHUT_WR);
  const auto deadline = Clock::now() + total;
  std::array<char, 16384> buffer{};
  pollfd readable{socket, POLLIN, 0};
  while (Clock::now() < deadline && ::poll(&readable, 1, static_cast<int>(idle.count())) > 0) {
    if (::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT) <= 0) return;
  }
}

}  // namespace

void drain(int socket) { drain_for(socket, kDrainIdle, kDrainTotal); }

void send_busy(int socket) {
  const std::string request_id = new_request_id();
  const Response response = library_refusal(503, request_id);
  std::string text = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  text += "X-Request-Id: " + request_id + "\r\n";
  text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
  ::send(socket, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  drain_for(socket, kBusyDrain, kBusyDrain);
}

}  // namespace ssem::api::http
