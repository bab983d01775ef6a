#include "tests/bench/load_generator.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <thread>
#include <vector>

namespace ssem::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct ClientResult {
  std::vector<double> latencies_ms;
  std::size_t failures = 0;
  std::size_t body_bytes = 0;
};

class Client {
 public:
  explicit Client(int port) : port_(port) {}
  ~Client() { disconnect(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // True when the answer was a 200. Reconnects when the server ended the connection.
  bool ask(const std::string& request, std::size_t& body_bytes) {
    if (socket_ < 0 && !connect()) return false;
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      disconnect();
      return false;
    }
    received_.clear();
    std::size_t head_end = std::string::npos;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return false;
    }
    const std::string_view head = std::string_view(received_).substr(0, head_end);
    body_bytes = content_length(head);
    const bool closes = head.find("Connection: close") != std::string_view::npos;
    const bool ok = head.substr(0, 12) == "HTTP/1.1 200";
    while (received_.size() < head_end + 4 + body_bytes) {
      if (!receive()) return false;
    }
    if (closes) disconnect();
    return ok;
  }

 private:
  bool connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  void disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  bool receive() {
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) {
      disconnect();
      return false;
    }
    received_.append(buffer_.data(), static_cast<std::size_t>(count));
    return true;
  }

  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = head.find(kName);
    std::size_t length = 0;
    if (at != std::string_view::npos)
      std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
    return length;
  }

  int port_;
  int socket_ = -1;
  std::string received_;
  std::array<char, 65536> buffer_{};
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

ClientResult run_client(const Load& load, Clock::time_point end) {
  Client client(load.port);
  ClientResult result;
  for (Clock::time_point start = Clock::now(); start < end; start = Clock::now()) {
    if (client.ask(load.request, result.body_bytes)) {
      result.latencies_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    } else {
      ++result.failures;
    }
  }
  return result;
}

}  // namespace

LoadResult run_load(const Load& load) {
  std::vector<ClientResult> results(load.clients);
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  const double cpu_start = cpu_seconds();
  for (ClientResult& result : results) {
    threads.emplace_back([&] { result = run_client(load, start + load.duration); });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();

  LoadResult total;
  std::vector<double> latencies;
  for (const ClientResult& result : results) {
    total.failures += result.failures;
    total.body_bytes = result.body_bytes;
    latencies.insert(latencies.end(), result.latencies_ms.begin(), result.latencies_ms.end());
  }
  if (latencies.empty()) return total;
  std::sort(latencies.begin(), latencies.end());
  total.requests_per_s = static_cast<double>(latencies.size()) / seconds;
  total.cpu_us_per_request = (cpu_seconds() - cpu_start) * 1e6 / static_cast<double>(latencies.size());
  total.median_ms = latencies[latencies.size() / 2];
  total.p99_ms = latencies[latencies.size() * 99 / 100];
  return total;
}

std::string post_request(int port, const std::string& path, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace ssem::bench
