#include "api/http/server.h"

// Before the include: a burst of connections waits in the kernel instead of being dropped.
#define CPPHTTPLIB_LISTEN_BACKLOG 128

#include <httplib.h>

// 0.41 is the first release measured here; older ones let a client exhaust memory. The macro came shortly before it.
#ifndef CPPHTTPLIB_WEBSOCKET_PING_INTERVAL_SECOND
#error "cpp-httplib is older than 0.41: run ./setup, or give a newer one by -DSSEM_HTTPLIB_DIR=..."
#endif
static_assert(std::string_view(CPPHTTPLIB_VERSION_NUM) >= "0x002900", "cpp-httplib is older than 0.41: run ./setup");

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "api/http/connections/accept_loop.h"
#include "api/http/connections/connection_end.h"
#include "api/http/connections/connection_watch.h"
#include "api/http/connections/listen_fault.h"
#include "api/http/connections/open_connections.h"
#include "api/http/observe/throttled_log.h"

namespace ssem::api::http {
namespace {

using Clock = std::chrono::steady_clock;

// The path of every request that httplib reads, whose matchers cost regular expressions; our router reads the target.
constexpr const char* kOnePath = "/request";
constexpr const char* kOnePattern = "/:request";

// What this worker thread is reading or answering.
struct CurrentRequest {
  OpenConnections::Connection& connection;
  Exchange exchange;
  int status = 0;  // of the answer, once there is one
};
thread_local CurrentRequest* current = nullptr;

// `total` is what the client was told to expect; less of it cuts the connection.
void set_stream(Response& response, httplib::Response& out) {
  auto send = [stream = std::move(response.stream)](httplib::DataSink& sink) {
    std::uint64_t sent = 0;
    stream([&](std::string_view piece) {
      sent += piece.size();
      return sink.write(piece.data(), piece.size());
    });
    return sent;
  };
  if (response.stream_bytes) {
    const std::uint64_t total = *response.stream_bytes;
    out.set_content_provider(total, response.content_type,
                             [send = std::move(send), total](std::size_t, std::size_t, httplib::DataSink& sink) {
                               return send(sink) == total;
                             });
    return;
  }
  out.set_chunked_content_provider(response.content_type,
                                   [send = std::move(send)](std::size_t, httplib::DataSink& sink) {
                                     send(sink);
                                     sink.done();
                                     return true;
                                   });
}

void send_response(Response&& response, httplib::Response& out) {
  current->status = response.status;
  out.status = response.status;
  for (auto& [name, value] : response.headers) out.set_header(name, value);
  out.set_header("Accept-Ranges", "none");
  if (response.stream) {
    current->connection.received();  // the deadlines of receiving do not cut what is sent for minutes
    set_stream(response, out);
  } else if (!response.constant_body.empty()) {
    out.set_content(response.constant_body.data(), response.constant_body.size(), response.content_type);
  } else if (!response.body.empty() || response.status == 200) {  // an empty answer has a type too
    out.set_content(std::move(response.body), response.content_type);
  }
}

void describe(const httplib::Request& in, Request& request) {
  request.method = in.method;
  const std::string_view target = in.target;
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  request.local_address = in.local_addr;
  request.remote_address = in.remote_addr;
  request.header_count = [&in](std::string_view name) { return in.headers.count(std::string(name)); };
  request.header = [&in](std::string_view name) {
    const auto [first, last] = in.headers.equal_range(std::string(name));
    return first != last && std::next(first) == last ? std::string_view(first->second) : std::string_view{};
  };
}

}  // namespace

struct Server::Impl final : public httplib::Server {
  Impl(const Settings& server_settings, const Router& table, Doorkeeper& keeper, Metrics& counters,
       const RequestLog& request_log)
      : settings(server_settings), router(table), doorkeeper(keeper), metrics(counters), log(request_log) {
    configure();
    install_handlers();
  }

  void configure() {
    set_socket_options([](socket_t socket) {
      // SO_REUSEPORT, httplib's default, would let a second server take the port silently.
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    set_tcp_nodelay(true);
    set_payload_max_length(settings.max_body_bytes);
    set_keep_alive_timeout(settings.keep_alive_timeout.count());
    set_keep_alive_max_count(settings.keep_alive_max_requests);
    set_read_timeout(settings.read_timeout);
    set_write_timeout(settings.write_timeout);
  }

  void install_handlers() {
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& out) {
      std::optional<Response> response = dispatcher->admit(current->exchange);
      if (!response) return HandlerResponse::Unhandled;
      send_response(std::move(*response), out);
      return HandlerResponse::Handled;
    });
    const Handler with_body = [this](const httplib::Request& in, httplib::Response& out) {
      current->connection.received();
      current->exchange.request.body = in.body;
      send_response(dispatcher->answer(current->exchange), out);
    };
    Post(kOnePattern, with_body);
    Put(kOnePattern, with_body);
    Patch(kOnePattern, with_body);
    Delete(kOnePattern, with_body);
    set_error_handler([this](const httplib::Request& in, httplib::Response& out) {
      if (current->status != 0) return HandlerResponse::Unhandled;
      if (!current->exchange.request.header) describe(in, current->exchange.request);
      send_response(dispatcher->refuse(current->exchange, out.status), out);
      return HandlerResponse::Handled;
    });
    set_exception_handler([this](const httplib::Request&, httplib::Response& out, const std::exception_ptr&) {
      send_response(dispatcher->refuse(current->exchange, 500), out);
    });
  }

  void note_socket() { listening_socket = svr_sock_; }

  // httplib's own loop ends with the first accept() that fails.
  void accept_connections() {
    httplib::ThreadPool pool(settings.threads, settings.threads, settings.max_queued_connections);
    ThrottledLog faults(log, "a connection could not be accepted");
    AcceptCalls calls;
    calls.is_stopping = [this] { return watch.is_stopping(); };
    calls.report_fault = [&](int error) { faults.warn(std::strerror(error)); };
    calls.serve = [&](socket_t socket) {
      try {
        httplib::detail::set_socket_opt_time(socket, SOL_SOCKET, SO_RCVTIMEO, read_timeout_sec_, read_timeout_usec_);
        httplib::detail::set_socket_opt_time(socket, SOL_SOCKET, SO_SNDTIMEO, write_timeout_sec_, write_timeout_usec_);
        httplib::set_socket_opt(socket, IPPROTO_TCP, TCP_NODELAY, 1);
        if (!pool.enqueue([this, socket] { process_and_close_socket(socket); })) turn_away(socket);
      } catch (const std::exception& exception) {
        faults.warn(exception.what());
        httplib::detail::close_socket(socket);
      }
    };
    accept_until_stopped(listening_socket, calls);
    {
      const std::lock_guard lock(listening_mutex);
      httplib::detail::close_socket(listening_socket);
    }
    pool.shutdown();
  }

  // The accepting thread and idle connections notice. Under the lock, so that the socket is not closed, and its number
  // taken by another one, before it is shut down.
  void stop_accepting() {
    const std::lock_guard lock(listening_mutex);
    watch.stop();
    if (svr_sock_.exchange(INVALID_SOCKET) != INVALID_SOCKET) httplib::detail::shutdown_socket(listening_socket);
  }

  // On a worker thread, once per connection.
  bool process_and_close_socket(socket_t socket) override {
    close_after(socket, [&] {
      if (serve_connection(socket) >= 400 && !watch.is_stopping()) drain(socket);
    });
    return true;
  }

  // On the accepting thread.
  void turn_away(socket_t socket) {
    close_after(socket, [&] {
      metrics.refuse_connection();
      log.event(LogLevel::warn, "connection refused: the queue is full");
      send_busy(socket);
    });
  }

  template <class Work>
  void close_after(socket_t socket, const Work& work) {
    try {
      work();
    } catch (...) {
      log.event(LogLevel::error, "a connection failed");
    }
    current = nullptr;
    httplib::detail::shutdown_socket(socket);
    httplib::detail::close_socket(socket);
  }

  // The status of the last answer: after an error the peer may still be sending.
  int serve_connection(socket_t socket) {
    std::string remote_address;
    std::string local_address;
    int remote_port = 0;
    int local_port = 0;
    httplib::detail::get_remote_ip_and_port(socket, remote_address, remote_port);
    httplib::detail::get_local_ip_and_port(socket, local_address, local_port);
    OpenConnections::Connection connection(connections, socket);
    int status = 0;
    const auto serve_request = [&](httplib::Stream& stream, bool last, bool& closed) {
      CurrentRequest request{connection, {}, 0};
      current = &request;
      connection.receiving_until(Clock::now() + settings.header_deadline);
      const auto headers_read = [&](httplib::Request& in) {
        connection.receiving_until(Clock::now() + settings.body_deadline);
        request.exchange.start = Clock::now();
        in.path = kOnePath;
        in.ranges.clear();
        // Without a length there is no body (RFC 9112, 6.3); httplib would take the next request for it.
        const bool has_length = in.has_header("Content-Length") || in.has_header("Transfer-Encoding");
        if (!has_length) in.set_header("Content-Length", "0");
        describe(in, request.exchange.request);
      };
      const bool sent = process_request(stream, remote_address, remote_port, local_address, local_port,
                                        last || watch.is_stopping(), closed, headers_read);
      connection.received();
      current = nullptr;
      status = request.status;
      return sent && !watch.is_stopping() && status < 400;
    };
    httplib::detail::process_server_socket(svr_sock_, socket, keep_alive_max_count_, keep_alive_timeout_sec_,
                                           read_timeout_sec_, read_timeout_usec_, write_timeout_sec_,
                                           write_timeout_usec_, serve_request);
    return status;
  }

  const Settings settings;
  const Router& router;
  Doorkeeper& doorkeeper;
  Metrics& metrics;
  const RequestLog& log;
  std::optional<Dispatcher> dispatcher;
  OpenConnections connections;
  ConnectionWatch watch{connections, kStopGrace};
  std::mutex listening_mutex;
  socket_t listening_socket = INVALID_SOCKET;  // httplib's own copy of it says whether connections may go on
};

Server::Server(const Settings& settings, const Router& router, Doorkeeper& doorkeeper, Metrics& metrics,
               const RequestLog& log)
    : impl_(std::make_unique<Impl>(settings, router, doorkeeper, metrics, log)) {}

Server::~Server() = default;

Result<int> Server::bind() {
  errno = 0;
  const Settings& settings = impl_->settings;
  int port = settings.port;
  if (port == 0) {
    port = impl_->bind_to_any_port(settings.host);
  } else if (!impl_->bind_to_port(settings.host, port)) {
    port = -1;
  }
  if (port <= 0) return listen_fault(settings.host, settings.port, errno);
  impl_->note_socket();
  impl_->dispatcher.emplace(impl_->router,
                            HostCheck(settings.host, port, settings.allowed_hosts, settings.allowed_origins),
                            impl_->doorkeeper, impl_->metrics, impl_->log);
  return port;
}

void Server::listen() {
  std::thread watcher([this] { impl_->watch.run(); });
  impl_->accept_connections();
  impl_->watch.finish();
  watcher.join();
}

void Server::stop() { impl_->stop_accepting(); }

}  // namespace ssem::api::http
