#include "api/http/error_response.h"

#include <string>

#include "advisor/json/responses.h"

namespace ssem::api::http {
namespace {

constexpr std::string_view kRetryAfterSeconds = "1";

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::payload_too_large:
      return 413;
    case ErrorCode::unsupported_media_type:
      return 415;
    case ErrorCode::unprocessable:
      return 422;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::internal:
      return 500;
    case ErrorCode::unavailable:
      return 503;
  }
  return 500;
}

Error shown_error(const Error& error) {
  constexpr std::string_view kStorage = "storage ";
  const std::size_t reason = error.message.rfind(": ");
  if (error.code != ErrorCode::unavailable || error.message.rfind(kStorage, 0) != 0 || reason == std::string::npos) {
    return error;
  }
  return {error.code, "the storage cannot be used now" + error.message.substr(reason), error.fields};
}

Response error_response(const Error& error, std::string_view request_id) {
  Response response;
  response.status = status_of(error.code);
  response.body = advisor::json::to_text(error, request_id);
  if (error.code == ErrorCode::unauthorized) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (error.code == ErrorCode::unavailable) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  return response;
}

Error error_for_status(int status) {
  switch (status) {
    case 400:
      return {ErrorCode::invalid_argument, "malformed HTTP request", {}};
    case 404:
      return {ErrorCode::invalid_argument, "the request body could not be read", {}};
    case 413:
      return {ErrorCode::payload_too_large, "the request body is larger than this server accepts", {}};
    case 414:
      return {ErrorCode::invalid_argument, "the request target is longer than this server accepts", {}};
    case 415:
      return {ErrorCode::unsupported_media_type, "this Content-Encoding is not supported", {}};
    case 416:
      return {ErrorCode::invalid_argument, "the Range header cannot be satisfied", {}};
    case 431:
      return {ErrorCode::invalid_argument, "the request headers are larger than this server accepts", {}};
    case 503:
      return {ErrorCode::unavailable, "the server is busy; try again", {}};
    default:
      break;
  }
  if (status < 500) return {ErrorCode::invalid_argument, "the request was refused", {}};
  return internal_error();
}

Error internal_error() { return {ErrorCode::internal, "internal error; the log has the details", {}}; }

}  // namespace ssem::api::http
