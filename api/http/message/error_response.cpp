#include "api/http/message/error_response.h"

#include <string>
#include <utility>

#include "advisor/json/error_text.h"

namespace ssem::api::http {
namespace {

using advisor::json::TextWriter;

constexpr std::string_view kRetryAfterSeconds = "1";
constexpr std::string_view kInvalidValue = "invalid_value";

Response response_with(std::string body, const Error& error) {
  Response response;
  response.status = status_of(error.code);
  response.body = std::move(body);
  if (error.code == ErrorCode::unauthorized) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (error.code == ErrorCode::unavailable) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  if (response.status >= 500) response.log_reason = error.for_operator();
  return response;
}

std::string_view study_code(const Error& error) {
  if (!error.finer_code.empty()) return error.finer_code;
  return error.code == ErrorCode::unprocessable ? kInvalidValue : name_of(error.code);
}

Error error_for_status(int status) {
  switch (status) {
    case 400:
      return {ErrorCode::invalid_argument, "malformed HTTP request", {}};
    case 404:
      return {ErrorCode::invalid_argument, "the request body could not be read", {}};
    case 413:
      return {ErrorCode::invalid_argument,
              "the request body is larger than this server accepts (ssem serve --max-body-bytes)",
              {}};
    case 414:
      return {ErrorCode::invalid_argument, "the request target is longer than this server accepts", {}};
    case 415:
      return {ErrorCode::invalid_argument, "this Content-Encoding is not supported", {}};
    case 416:
      return {ErrorCode::invalid_argument, "the Range header cannot be satisfied", {}};
    case 417:
      return {ErrorCode::invalid_argument, "this Expect header cannot be met", {}};
    case 501:
      return {ErrorCode::invalid_argument, "this method or transfer coding is not implemented", {}};
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

Response error_response(const Error& error, std::string_view request_id,
                        const std::function<void(TextWriter&)>& beside) {
  TextWriter writer(512);
  writer.begin_object();
  advisor::json::write_error(writer, error, error.finer_code.empty() ? name_of(error.code) : error.finer_code,
                             request_id);
  writer.field("reason", error.message);
  if (beside) beside(writer);
  writer.end_object();
  return response_with(std::move(writer).take(), error);
}

Response refusal(const Error& error, const Request& request) { return error_response(error, request.request_id); }

Response study_refusal(const Error& error, const Request& request) {
  const std::string_view code = study_code(error);
  TextWriter writer(512);
  writer.begin_object();
  advisor::json::write_error(writer, error, code, request.request_id);
  writer.field("code", code);
  writer.field("reason", error.message);
  writer.end_object();
  return response_with(std::move(writer).take(), error);
}

Response library_refusal(int status, std::string_view request_id) {
  Response response = error_response(error_for_status(status), request_id);
  if (status != 404) response.status = status;
  return response;
}

Error internal_error() { return {ErrorCode::internal, "internal error; the log has the details", {}}; }

}  // namespace ssem::api::http
