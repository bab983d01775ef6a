// A warning that may come a thousand times a second and is written once in one.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/observe/request_log.h"

namespace ssem::api::http {

// Thread safe.
class ThrottledLog {
 public:
  static constexpr std::chrono::seconds kInterval{1};

  // The log outlives this.
  ThrottledLog(const RequestLog& log, std::string message) : log_(log), message_(std::move(message)) {}

  // The line says how many were left out since the last one.
  void warn(std::string_view reason);

 private:
  const RequestLog& log_;
  const std::string message_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> last_;
  std::size_t left_out_ = 0;
};

}  // namespace ssem::api::http
