#include "advisor/result.h"

namespace ssem {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::method_not_allowed:
      return "method_not_allowed";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unprocessable:
      return "unprocessable";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::internal:
      break;
  }
  return "internal";
}

Error field_error(std::string path, std::string rule) {
  FaultList faults;
  faults.add(std::move(path), std::move(rule));
  return faults.to_error();
}

Error unprocessable_field(std::string path, std::string rule) {
  Error error{ErrorCode::unprocessable, rule, {}};
  error.fields.push_back({std::move(path), std::move(rule)});
  return error;
}

Error FaultList::to_error() const {
  std::string message;
  if (faults_.size() == 1) {
    const std::string& path = faults_.front().path;
    message = path.empty() ? faults_.front().message : path + " " + faults_.front().message;
  } else {
    message = std::to_string(faults_.size()) + " fields are invalid: ";
    for (std::size_t i = 0; i < faults_.size() && i < 8; ++i) {
      if (i > 0) message += ", ";
      message += faults_[i].path.empty() ? std::string("the request") : faults_[i].path;
    }
    if (faults_.size() > 8) message += ", ...";
  }
  return Error{ErrorCode::invalid_argument, std::move(message), faults_};
}

}  // namespace ssem
