#include "api/http/dispatcher.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <utility>

#include "api/http/access/fetch_site.h"
#include "api/http/message/error_response.h"
#include "api/http/message/gzip.h"
#include "api/http/message/standard_headers.h"
#include "api/http/observe/request_id.h"
#include "api/http/page_handlers.h"

namespace ssem::api::http {
namespace {

constexpr int kTooLarge = 413;
constexpr int kUnsupportedMediaType = 415;

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [&](char a, char b) { return lower(a) == lower(b); });
}

bool may_carry_body(std::string_view method) {
  constexpr std::array<std::string_view, 4> kMethods = {"POST", "PUT", "PATCH", "DELETE"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

bool has_body(const Request& request) {
  const std::string_view length = request.header("Content-Length");
  return (!length.empty() && length != "0") || request.header_count("Transfer-Encoding") != 0;
}

// The type itself, with a charset of UTF-8 at most.
bool is_of_type(std::string_view content_type, std::string_view wanted) {
  const auto trim = [](std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  };
  const std::size_t semicolon = content_type.find(';');
  if (!equal_ignoring_case(trim(content_type.substr(0, semicolon)), wanted)) return false;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view parameter = trim(content_type.substr(semicolon + 1));
  return parameter.empty() || equal_ignoring_case(parameter, "charset=utf-8") ||
         equal_ignoring_case(parameter, "charset=\"utf-8\"");
}

}  // namespace

Dispatcher::Dispatcher(const Router& router, HostCheck host_check, Doorkeeper& doorkeeper, Metrics& metrics,
                       const RequestLog& log, std::size_t max_body_bytes)
    : router_(router),
      host_check_(std::move(host_check)),
      doorkeeper_(doorkeeper),
      metrics_(metrics),
      log_(log),
      max_body_bytes_(max_body_bytes) {}

std::optional<Response> Dispatcher::admit(Exchange& exchange) const {
  const std::string_view sent_id = exchange.request.header("X-Request-Id");
  exchange.request_id = is_sane_request_id(sent_id) ? std::string(sent_id) : new_request_id();
  exchange.request.request_id = exchange.request_id;
  exchange.address = doorkeeper_.address_of(exchange.request);
  metrics_.begin();
  if (std::optional<Response> early = check(exchange)) return finish(exchange, std::move(*early));
  if (may_carry_body(exchange.request.method)) return std::nullopt;
  return answer(exchange);
}

std::optional<Error> Dispatcher::check_origin(const Request& request) const {
  const std::string_view host = request.header("Host");
  if (!host_check_.allows_host(host, request.local_address)) {
    return Error{
        ErrorCode::forbidden, "the Host header must be a name this server is bound to; --allowed-host adds one", {}};
  }
  if (request.header_count("Origin") == 0) return std::nullopt;
  if (!host_check_.allows_origin(request.header("Origin"), host)) {
    return Error{ErrorCode::forbidden, "pages of this origin may not use this server; --allowed-origin adds one", {}};
  }
  return std::nullopt;
}

std::optional<Response> Dispatcher::check(Exchange& exchange) const {
  const Request& request = exchange.request;
  const auto refuse_with = [&](ErrorCode code, const std::string& message) {
    return error_response(Error{code, message, {}}, exchange.request_id);
  };
  if (std::optional<Error> error = check_origin(request)) return error_response(*error, exchange.request_id);

  exchange.routed = router_.find(request.method, request.path);
  switch (exchange.routed.match) {
    case RouteMatch::found:
      break;
    case RouteMatch::unknown_path:
      return refuse_with(ErrorCode::not_found, "there is nothing at this path");
    case RouteMatch::bad_path:
      return refuse_with(ErrorCode::invalid_argument, "the path must be percent-encoded UTF-8 without NUL");
    case RouteMatch::wrong_method: {
      if (request.method == "OPTIONS") {
        Response options;
        options.status = 204;
        options.headers.emplace_back("Allow", exchange.routed.allow);
        return options;
      }
      Response response = refuse_with(ErrorCode::method_not_allowed, "this path answers " + exchange.routed.allow);
      response.headers.emplace_back("Allow", exchange.routed.allow);
      return response;
    }
  }
  if (auto turned = check_caller(exchange)) return turned;
  const std::string_view content_type = request.header("Content-Type");
  const std::string& wanted = router_.routes()[exchange.routed.index].content_type;
  if (may_carry_body(request.method) && (has_body(request) || !content_type.empty()) &&
      !is_of_type(content_type, wanted)) {
    Response response = refuse_with(ErrorCode::invalid_argument, "the Content-Type must be " + wanted + " in UTF-8");
    response.status = kUnsupportedMediaType;
    return response;
  }
  exchange.request.path_params = std::move(exchange.routed.path_params);
  return std::nullopt;
}

std::optional<Response> Dispatcher::check_caller(Exchange& exchange) const {
  const Request& request = exchange.request;
  const Access needed = router_.routes()[exchange.routed.index].access;
  if (needed == Access::open) return std::nullopt;  // linked to and fetched from anywhere; their headers forbid its use
  if (comes_from_another_site(request) && !host_check_.lists_origin(request.header("Origin"))) {
    return error_response(
        {ErrorCode::forbidden, "pages of other sites may not use this server; --allowed-origin adds one", {}},
        exchange.request_id);
  }
  const auto turned = doorkeeper_.admit(request, exchange.address, needed, exchange.key);
  // Its hash tells nothing of the key and is the same after a restart.
  if (exchange.key != nullptr) exchange.request.client = exchange.key->sha256;
  if (!turned) return std::nullopt;
  Response response = error_response(turned->error, exchange.request_id);
  if (turned->retry_after > 0) response.headers.emplace_back("Retry-After", std::to_string(turned->retry_after));
  return response;
}

Response Dispatcher::answer(Exchange& exchange) const {
  if (std::optional<Response> refused = unpack(exchange)) return finish(exchange, std::move(*refused));
  return finish(exchange, call(exchange));
}

std::optional<Response> Dispatcher::unpack(Exchange& exchange) const {
  const std::string& coding = exchange.content_encoding;
  if (coding.empty() || equal_ignoring_case(coding, "identity") || exchange.request.body.empty()) return std::nullopt;
  if (!equal_ignoring_case(coding, "gzip")) return library_refusal(kUnsupportedMediaType, exchange.request_id);
  switch (gunzip(exchange.request.body, max_body_bytes_, exchange.unpacked_body)) {
    case Unpacked::whole:
      exchange.request.body = exchange.unpacked_body;
      return std::nullopt;
    case Unpacked::too_large:
      return library_refusal(kTooLarge, exchange.request_id);
    case Unpacked::broken:
      break;
  }
  return error_response({ErrorCode::invalid_argument, "the body is not one whole gzip stream", {}},
                        exchange.request_id);
}

Response Dispatcher::call(const Exchange& exchange) const {
  std::string what;
  try {
    return router_.routes()[exchange.routed.index].handler(exchange.request);
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
    what = "not a std::exception";
  }
  log_.event(LogLevel::error, "handler failed", {{"request_id", exchange.request_id}, {"what", what}});
  return error_response(internal_error(), exchange.request_id);
}

Response Dispatcher::refuse(Exchange& exchange, int status) const {
  if (exchange.request_id.empty()) {
    // Refused before admit(): the request line or the headers could not be read.
    exchange.request_id = new_request_id();
    exchange.address = doorkeeper_.address_of(exchange.request);
    exchange.start = std::chrono::steady_clock::now();
    exchange.routed = Routed{};
    metrics_.begin();
  }
  return finish(exchange, library_refusal(status, exchange.request_id));
}

Response Dispatcher::finish(const Exchange& exchange, Response response) const {
  if (exchange.may_hold && !exchange.may_hold(response.body.size())) {
    response = library_refusal(503, exchange.request_id);
    response.log_reason = "clients leave too many large answers unread";
  }
  show_to_person(response, exchange.request);
  response.headers.emplace_back("X-Request-Id", exchange.request_id);
  add_standard_headers(response);
  if (exchange.request.header) pack(response, exchange.request.header("Accept-Encoding"));
  if (exchange.request.header) {
    const std::string_view origin = exchange.request.header("Origin");
    if (!origin.empty() && host_check_.lists_origin(origin)) {
      response.headers.emplace_back("Access-Control-Allow-Origin", origin);
      response.headers.emplace_back("Vary", "Origin");
      response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      response.headers.emplace_back("Access-Control-Allow-Headers",
                                    "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Request-Id");
      response.headers.emplace_back("Access-Control-Expose-Headers", "Idempotent-Replayed, X-Request-Id");
    }
  }

  const auto duration = std::chrono::steady_clock::now() - exchange.start;
  const std::size_t response_bytes =
      response.body.size() + response.constant_body.size() + response.stream_bytes.value_or(0);
  const bool found = exchange.routed.match == RouteMatch::found;
  metrics_.record(found ? exchange.routed.index : metrics_.unrouted(), response.status, duration,
                  exchange.request.body.size(), response_bytes);
  metrics_.end();
  log_.request({exchange.request_id, exchange.request.method, exchange.request.path, response.status, duration,
                exchange.request.body.size(), response_bytes, response.log_reason, exchange.address,
                exchange.key == nullptr ? std::string_view{} : std::string_view(exchange.key->name)});
  return response;
}

}  // namespace ssem::api::http
