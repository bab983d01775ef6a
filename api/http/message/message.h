// What handlers see of HTTP: our own request and response, so that the HTTP library stays in server.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ssem::api::http {

// Names and values of one request's path parameters, percent-decoded, in the pattern's order.
using PathParams = std::vector<std::pair<std::string, std::string>>;

// Views point into the connection's buffers and live as long as the handler runs.
struct Request {
  std::string_view method;
  std::string_view path;   // as sent, still percent-encoded
  std::string_view query;  // as sent, without the question mark
  std::string_view body;
  std::string_view request_id;
  std::string_view local_address;   // of this connection, for the Host check
  std::string_view remote_address;  // of the peer, which may be a proxy
  std::string_view client;          // whose API key it came with; empty where none is asked for
  PathParams path_params;
  // The only value of a header; empty when absent, absent when sent more than once.
  std::function<std::string_view(std::string_view name)> header;
  std::function<std::size_t(std::string_view name)> header_count;
};

// Sends a piece of a body; false once nobody reads any more.
using StreamWriter = std::function<bool(std::string_view piece)>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string_view constant_body;  // sent instead of `body`; must outlive the server
  std::vector<std::pair<std::string, std::string>> headers;
  std::string log_reason;  // of a status >= 500, for the log only
  // When set, the body comes from it, in pieces; it runs on the connection's thread after the handler has returned.
  std::function<void(const StreamWriter& write)> stream;
  // How much it will send, where that is known; else the body goes in chunks and ends when it ends.
  std::optional<std::uint64_t> stream_bytes;
};

using Handler = std::function<Response(const Request&)>;

}  // namespace ssem::api::http
