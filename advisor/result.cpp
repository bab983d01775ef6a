#include "advisor/result.h"

namespace ssem {

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
