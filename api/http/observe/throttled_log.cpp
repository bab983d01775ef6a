#include "api/http/observe/throttled_log.h"

#include <utility>

namespace ssem::api::http {

void ThrottledLog::warn(std::string_view reason) {
  const auto now = std::chrono::steady_clock::now();
  std::size_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    if (last_ && now - *last_ < kInterval) {
      ++left_out_;
      return;
    }
    last_ = now;
    left_out = std::exchange(left_out_, 0);
  }
  log_.event(LogLevel::warn, message_, {{"reason", reason}, {"left_out", std::to_string(left_out)}});
}

}  // namespace ssem::api::http
