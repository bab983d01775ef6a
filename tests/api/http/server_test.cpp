#include "api/http/server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/http/connections/transport/plain_transport.h"

using namespace ssem::api::http;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

Settings any_port() {
  Settings settings;
  settings.port = 0;
  return settings;
}

// A server in this process with two routes: /fast, and /slow that takes as long as the test says.
class Running {
 public:
  explicit Running(const Settings& settings = any_port(), std::chrono::milliseconds slow = 0ms)
      : server_(settings, make_router(slow), doorkeeper_, metrics_, log_, plain_transports()) {
    metrics_.set_routes({{"GET", "/fast"}, {"POST", "/slow"}});
    const auto port = server_.bind();
    REQUIRE(port);
    port_ = port.value();
    thread_ = std::thread([this] { server_.listen(); });
  }
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  int port() const { return port_; }
  std::string metrics() const { return metrics_.text(); }
  void stop() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  const Router& make_router(std::chrono::milliseconds slow) {
    router_.add("GET", "/fast", Access::open, [](const Request&) {
      Response response;
      response.body = "{}";
      return response;
    });
    router_.add("POST", "/slow", Access::open, [slow](const Request& request) {
      std::this_thread::sleep_for(slow);
      Response response;
      response.body = std::to_string(request.body.size());
      return response;
    });
    return router_;
  }

  KeyRing keys_;
  Doorkeeper doorkeeper_{keys_};
  Router router_;
  Metrics metrics_;
  RequestLog log_{LogLevel::off, LogFormat::json, -1};
  Server server_;
  int port_ = 0;
  std::thread thread_;
};

class Socket {
 public:
  explicit Socket(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)), host_("127.0.0.1:" + std::to_string(port)) {
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Socket() { ::close(socket_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool send(const std::string& text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  bool get(const std::string& path) { return send("GET " + path + " HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n"); }
  bool post(const std::string& path, const std::string& body) {
    return send("POST " + path + " HTTP/1.1\r\nHost: " + host_ +
                "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                body);
  }

  // The status line's number of one answer with a short body; 0 when the server closed instead.
  int status() {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count < 12) return 0;
    return std::stoi(std::string(buffer.data() + 9, 3));
  }

 private:
  int socket_;
  std::string host_;
};

}  // namespace

TEST_CASE("a connection carries as many requests as the settings say, then ends") {
  Settings settings = any_port();
  settings.connections.keep_alive_max_requests = 3;
  const Running server(settings);
  Socket socket(server.port());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(socket.get("/fast"));
    CHECK(socket.status() == 200);
  }
  socket.get("/fast");
  CHECK(socket.status() == 0);
}

TEST_CASE("a POST without a length has no body, and leaves the next request on the connection alone") {
  const Running server;
  Socket socket(server.port());
  const std::string host = "Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n";
  REQUIRE(socket.send("POST /slow HTTP/1.1\r\n" + host + "\r\n"));
  CHECK(socket.status() == 200);
  REQUIRE(socket.get("/fast"));
  CHECK(socket.status() == 200);
}

TEST_CASE("an idle connection is closed after the keep-alive timeout") {
  Settings settings = any_port();
  settings.connections.keep_alive_timeout = 1s;
  const Running server(settings);
  Socket socket(server.port());
  const auto start = Clock::now();
  CHECK(socket.status() == 0);
  CHECK(Clock::now() - start < 3s);
}

TEST_CASE("headers that do not end in time are cut, however often a byte comes") {
  Settings settings = any_port();
  settings.connections.header_deadline = 1s;
  const Running server(settings);
  Socket socket(server.port());
  const auto start = Clock::now();
  while (socket.send("G") && Clock::now() - start < 5s) std::this_thread::sleep_for(50ms);
  CHECK(Clock::now() - start < 3s);
}

TEST_CASE("a body that does not end in time is cut, and the worker is free again") {
  Settings settings = any_port();
  settings.connections.body_deadline = 1s;
  settings.connections.threads = 1;
  const Running server(settings);
  Socket socket(server.port());
  const auto start = Clock::now();
  REQUIRE(socket.send("POST /slow HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"));
  while (socket.send("x") && Clock::now() - start < 5s) std::this_thread::sleep_for(50ms);
  CHECK(Clock::now() - start < 3s);
  Socket next(server.port());
  REQUIRE(next.get("/fast"));
  CHECK(next.status() == 200);
}

TEST_CASE("a handler may take longer than the deadlines for receiving") {
  Settings settings = any_port();
  settings.connections.header_deadline = 1s;
  settings.connections.body_deadline = 1s;
  const Running server(settings, 2000ms);
  Socket socket(server.port());
  REQUIRE(socket.post("/slow", "{}"));
  CHECK(socket.status() == 200);
}

TEST_CASE("a burst of idle connections does not keep a request waiting") {
  const Running server;
  std::vector<std::unique_ptr<Socket>> idle;
  for (int i = 0; i < 50; ++i) idle.push_back(std::make_unique<Socket>(server.port()));
  const auto start = Clock::now();
  Socket socket(server.port());
  REQUIRE(socket.get("/fast"));
  CHECK(socket.status() == 200);
  CHECK(Clock::now() - start < 1s);
}

TEST_CASE("a body of the limit is accepted and a larger one is not") {
  Settings settings = any_port();
  settings.connections.max_body_bytes = 2000;
  const Running server(settings);
  Socket fits(server.port());
  REQUIRE(fits.post("/slow", std::string(2000, ' ')));
  CHECK(fits.status() == 200);
  Socket too_large(server.port());
  REQUIRE(too_large.post("/slow", std::string(2001, ' ')));
  CHECK(too_large.status() == 413);
}

TEST_CASE("a second server on the port is told that it is in use") {
  const Running first;
  Settings settings;
  settings.port = first.port();
  const Router router;
  Metrics metrics;
  const RequestLog log(LogLevel::off, LogFormat::json, -1);
  KeyRing keys;
  Doorkeeper doorkeeper(keys);
  Server second(settings, router, doorkeeper, metrics, log, plain_transports());
  const auto port = second.bind();
  REQUIRE_FALSE(port);
  CHECK(port.error().message.find("in use") != std::string::npos);
}

TEST_CASE("connections beyond the workers and the queue are answered with 503, the others as usual") {
  constexpr std::size_t kConnections = 40;
  Settings settings = any_port();
  settings.connections.threads = 4;
  settings.connections.max_queued_connections = 1;
  const Running server(settings, 500ms);
  std::vector<std::unique_ptr<Socket>> sockets;
  for (std::size_t i = 0; i < kConnections; ++i) {
    sockets.push_back(std::make_unique<Socket>(server.port()));
    REQUIRE(sockets.back()->post("/slow", "{}"));
  }
  std::map<int, std::size_t> statuses;
  for (auto& socket : sockets) ++statuses[socket->status()];
  CHECK(statuses[200] > 0);
  CHECK(statuses[503] > 0);
  CHECK(statuses[200] + statuses[503] == kConnections);
  const std::string refused = "ssem_http_connections_refused_total " + std::to_string(statuses[503]) + "\n";
  CHECK(server.metrics().find(refused) != std::string::npos);
}

TEST_CASE("stop lets a request in progress finish and drops idle and half-sent ones") {
  Running server(any_port(), 200ms);
  Socket idle(server.port());
  Socket half(server.port());
  Socket working(server.port());
  REQUIRE(half.send("GET /fa"));
  REQUIRE(working.post("/slow", "{}"));
  while (server.metrics().find("ssem_http_requests_in_flight 1\n") == std::string::npos) {
    std::this_thread::sleep_for(1ms);
  }
  const auto start = Clock::now();
  server.stop();
  CHECK(Clock::now() - start < 1s);
  CHECK(working.status() == 200);
  CHECK(idle.status() == 0);
}

TEST_CASE("stop before and twice during listen is harmless") {
  for (int round = 0; round < 20; ++round) {
    Running server;
    server.stop();
    server.stop();
  }
  const Running after;
  Socket socket(after.port());
  REQUIRE(socket.get("/fast"));
  CHECK(socket.status() == 200);
}

TEST_CASE("many clients while the server stops see 200 or a closed connection") {
  Running server;
  std::atomic<int> answered{0};
  std::atomic<int> wrong{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&server, &answered, &wrong, &done] {
      Socket socket(server.port());
      while (!done) {
        const bool sent = socket.get("/fast");
        const int status = sent ? socket.status() : 0;
        if (status == 0) return;
        (status == 200 ? answered : wrong)++;
      }
    });
  }
  while (answered < 100) std::this_thread::sleep_for(1ms);
  const auto start = Clock::now();
  server.stop();
  CHECK(Clock::now() - start < 1s);
  done = true;
  for (std::thread& client : clients) client.join();
  CHECK(wrong == 0);
  CHECK(server.metrics().find("ssem_http_requests_in_flight 0\n") != std::string::npos);
}
