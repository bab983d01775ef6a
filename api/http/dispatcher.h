// Every request's way from its headers to its answer: Host, Origin, route, page, API key, content type, handler,
// headers, log, metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http/access/doorkeeper.h"
#include "api/http/access/host_check.h"
#include "api/http/connections/connection_settings.h"
#include "api/http/message/message.h"
#include "api/http/observe/metrics.h"
#include "api/http/observe/request_log.h"
#include "api/http/router.h"

namespace ssem::api::http {

// One request between its headers and its answer.
struct Exchange {
  std::chrono::steady_clock::time_point start;
  std::string request_id;
  Request request;
  Routed routed;
  std::string address;                  // whose request it is
  std::shared_ptr<const KeyEntry> key;  // that it came with
  std::string content_encoding;         // of the body
  std::string unpacked_body;            // where it was packed
  // Whether an answer of so many bytes may be kept until its client has read it; empty: any may.
  std::function<bool(std::size_t bytes)> may_hold = {};
};

// Thread safe. Nothing here throws: a handler's exception becomes the fixed 500.
class Dispatcher {
 public:
  // Router, doorkeeper, metrics and log outlive the dispatcher.
  Dispatcher(const Router& router, HostCheck host_check, Doorkeeper& doorkeeper, Metrics& metrics,
             const RequestLog& log, std::size_t max_body_bytes = ConnectionSettings().max_body_bytes);

  // Before the body is read: an answer when the request is refused or has no body to wait for, else nothing.
  std::optional<Response> admit(Exchange& exchange) const;

  // With the body in exchange.request.body, as it came. Packed, it may become as large as an unpacked one may be.
  Response answer(Exchange& exchange) const;

  // For requests that the HTTP library refused by itself with `status`.
  Response refuse(Exchange& exchange, int status) const;

 private:
  std::optional<Error> check_origin(const Request& request) const;
  std::optional<Response> check(Exchange& exchange) const;
  std::optional<Response> check_caller(Exchange& exchange) const;
  Response finish(const Exchange& exchange, Response response) const;
  Response call(const Exchange& exchange) const;
  std::optional<Response> unpack(Exchange& exchange) const;

  const Router& router_;
  HostCheck host_check_;
  Doorkeeper& doorkeeper_;
  Metrics& metrics_;
  const RequestLog& log_;
  std::size_t max_body_bytes_;
};

}  // namespace ssem::api::http
