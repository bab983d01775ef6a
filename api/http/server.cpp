#include "api/http/server.h"

// Before the include: a burst of connections waits in the kernel instead of being dropped.
#define CPPHTTPLIB_LISTEN_BACKLOG 1024

#include <httplib.h>

// 0.41 is the first release measured here; older ones let a client exhaust memory. The macro came shortly before it.
#ifndef CPPHTTPLIB_WEBSOCKET_PING_INTERVAL_SECOND
#error "cpp-httplib is older than 0.41: run ./setup, or give a newer one by -DSSEM_HTTPLIB_DIR=..."
#endif
static_assert(std::string_view(CPPHTTPLIB_VERSION_NUM) >= "0x002900", "cpp-httplib is older than 0.41: run ./setup");

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "api/http/connections/addresses.h"
#include "api/http/connections/answer_writer.h"
#include "api/http/connections/connection_loop.h"
#include "api/http/connections/listen_fault.h"
#include "api/http/connections/refusal_text.h"
#include "api/http/observe/throttled_log.h"

namespace ssem::api::http {
namespace {

// The path of every request that httplib reads, whose matchers cost regular expressions; our router reads the target.
constexpr const char* kOnePath = "/request";
constexpr const char* kOnePattern = "/:request";

constexpr std::size_t kLargeAnswer = 64UL * 1024;  // smaller ones fit what the kernel holds for a connection

// What this worker thread is answering.
struct CurrentRequest {
  Connection& connection;
  AnswerWriter writer;
  Exchange exchange;
  int status = 0;  // of the answer, once there is one
  std::optional<WorkerPool::Blocking> blocking;
};
thread_local CurrentRequest* current = nullptr;

// A whole request, which is there already, and the way of its answer.
class RequestStream final : public httplib::Stream {
 public:
  explicit RequestStream(CurrentRequest& request)
      : request_(request), head_(request.connection.reception.head()), body_(request.connection.reception.body()) {}

  bool is_readable() const override { return !head_.empty() || !body_.empty(); }
  bool wait_readable() const override { return is_readable(); }
  bool wait_writable() const override { return true; }
  bool is_peer_alive() const override { return request_.writer.has_reader(); }

  ssize_t read(char* bytes, std::size_t count) override {
    std::string_view& part = head_.empty() ? body_ : head_;
    count = part.copy(bytes, count);
    part.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, std::size_t count) override {
    return request_.writer.write(bytes, count) ? static_cast<ssize_t>(count) : -1;
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = request_.connection.remote_address;
    port = request_.connection.remote_port;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip = request_.connection.local_address;
    port = request_.connection.local_port;
  }
  socket_t socket() const override { return request_.connection.socket; }
  time_t duration() const override { return 0; }

 private:
  CurrentRequest& request_;
  std::string_view head_;
  std::string_view body_;
};

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

// A body that the client reads in its time; httplib would copy it once more.
void set_large_body(std::string body, const std::string& content_type, httplib::Response& out) {
  const std::size_t total = body.size();
  out.set_content_provider(total, content_type,
                           [body = std::move(body)](std::size_t offset, std::size_t count, httplib::DataSink& sink) {
                             return sink.write(body.data() + offset, count);
                           });
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
  using httplib::Server::svr_sock_;
  Impl(const Settings& server_settings, const Router& table, Doorkeeper& keeper, Metrics& counters,
       const RequestLog& request_log, TransportOpener open_transport)
      : settings(server_settings),
        router(table),
        doorkeeper(keeper),
        metrics(counters),
        log(request_log),
        open(std::move(open_transport)) {
    configure();
    install_handlers();
  }

  void configure() {
    set_socket_options([](socket_t socket) {
      // SO_REUSEPORT, httplib's default, would let a second server take the port silently.
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    set_payload_max_length(settings.connections.max_body_bytes);
    set_keep_alive_timeout(settings.connections.keep_alive_timeout.count());
    set_keep_alive_max_count(settings.connections.keep_alive_max_requests);
  }

  void install_handlers() {
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& out) {
      std::optional<Response> response = dispatcher->admit(current->exchange);
      if (!response) return HandlerResponse::Unhandled;
      send_response(std::move(*response), out);
      return HandlerResponse::Handled;
    });
    const Handler with_body = [this](const httplib::Request& in, httplib::Response& out) {
      current->exchange.request.body = in.body;
      send_response(dispatcher->answer(current->exchange), out);
    };
    Post(kOnePattern, with_body);
    Put(kOnePattern, with_body);
    Patch(kOnePattern, with_body);
    Delete(kOnePattern, with_body);
    set_error_handler([this](const httplib::Request&, httplib::Response& out) {
      if (current->status != 0) return HandlerResponse::Unhandled;
      if (!current->exchange.request.header) describe_unread(current->connection, current->exchange.request);
      send_response(dispatcher->refuse(current->exchange, out.status), out);
      return HandlerResponse::Handled;
    });
    set_exception_handler([this](const httplib::Request&, httplib::Response& out, const std::exception_ptr&) {
      send_response(dispatcher->refuse(current->exchange, 500), out);
    });
  }

  void send_response(Response&& response, httplib::Response& out) {
    current->status = response.status;
    out.status = response.status;
    for (auto& [name, value] : response.headers) out.set_header(name, value);
    if (!out.has_header("Accept-Ranges")) out.set_header("Accept-Ranges", "none");
    if (response.stream) {
      current->blocking.emplace(workers);
      current->writer.begin_stream();
      set_stream(response, out);
    } else if (!response.constant_body.empty()) {
      out.set_content(response.constant_body.data(), response.constant_body.size(), response.content_type);
    } else if (response.body.size() > kLargeAnswer) {
      set_large_body(std::move(response.body), response.content_type, out);
    } else if (!response.body.empty() || response.status == 200) {  // an empty answer has a type too
      out.set_content(std::move(response.body), response.content_type);
    }
  }

  // On a worker thread.
  void answer(Connection& connection) {
    connection.must_close = true;
    try {
      CurrentRequest request{connection, AnswerWriter(connection, settings.connections.write_timeout), {}, 0, {}};
      request.exchange.may_hold = [this, &connection](std::size_t bytes) {
        return bytes <= kLargeAnswer || connection.held.grow_to(answers, bytes);
      };
      current = &request;
      bool is_closed = false;
      RequestStream stream(request);
      name_addresses(connection);
      const bool is_sent = process_request(
          stream, connection.remote_address, connection.remote_port, connection.local_address, connection.local_port,
          connection.is_last || loop.is_stopping(), is_closed, [&](httplib::Request& in) { prepare(in, request); });
      connection.must_drain = request.status >= 400;  // the peer may still be sending
      connection.must_close = !is_sent || is_closed || connection.must_drain;
    } catch (...) {
      log.event(LogLevel::error, "a connection failed");
    }
    current = nullptr;
  }

  static void prepare(httplib::Request& in, CurrentRequest& request) {
    request.exchange.start = request.connection.complete_at;
    in.path = kOnePath;
    in.ranges.clear();
    // The body is there, without whatever framed it, and the client has been told to go on.
    request.exchange.content_encoding = in.get_header_value("Content-Encoding");  // the dispatcher unpacks
    for (const char* framing : {"Expect", "Transfer-Encoding", "Content-Length", "Content-Encoding"})
      in.headers.erase(framing);
    in.set_header("Content-Length", std::to_string(request.connection.reception.body().size()));
    describe(in, request.exchange.request);
    request.exchange.request.method = request.connection.reception.method();
  }

  ConnectionCalls connection_calls() {
    ConnectionCalls calls;
    calls.answer = [this](Connection& connection) { answer(connection); };
    calls.refuse = [this](Connection& connection, int status) {
      Exchange exchange;
      describe_unread(connection, exchange.request);
      return text_of_refusal(dispatcher->refuse(exchange, status));
    };
    calls.open = open;
    calls.report_accept_fault = [this](int error) { accept_faults.warn(std::strerror(error)); };
    calls.report_full = [this] {
      metrics.refuse_connection();
      refusals.warn("too many connections, or too many requests that wait");
    };
    return calls;
  }

  const Settings settings;
  const Router& router;
  Doorkeeper& doorkeeper;
  Metrics& metrics;
  const RequestLog& log;
  const TransportOpener open;
  ThrottledLog accept_faults{log, "a connection could not be accepted"};
  ThrottledLog refusals{log, "a request was answered 503"};
  std::optional<Dispatcher> dispatcher;
  ByteBudget answers{settings.connections.max_held_bytes};
  WorkerPool workers{settings.connections.threads, settings.connections.max_queued_connections,
                     settings.jobs.max_streams + settings.connections.max_downloads};
  ConnectionLoop loop{settings.connections, workers, metrics.connections(), connection_calls()};
};

Server::Server(const Settings& settings, const Router& router, Doorkeeper& doorkeeper, Metrics& metrics,
               const RequestLog& log, TransportOpener open_transport)
    : impl_(std::make_unique<Impl>(settings, router, doorkeeper, metrics, log, std::move(open_transport))) {}

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
  impl_->dispatcher.emplace(
      impl_->router, HostCheck(settings.host, port, settings.allowed_hosts, settings.allowed_origins, scheme(settings)),
      impl_->doorkeeper, impl_->metrics, impl_->log, settings.connections.max_body_bytes);
  return port;
}

void Server::listen() { impl_->loop.run(impl_->svr_sock_); }

void Server::stop() { impl_->loop.stop(); }

}  // namespace ssem::api::http
