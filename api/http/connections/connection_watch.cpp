#include "api/http/connections/connection_watch.h"

namespace ssem::api::http {
namespace {

constexpr std::chrono::milliseconds kLookInterval{250};
// After stop(), for requests that are on their way.
constexpr std::chrono::milliseconds kReceiveGrace{250};

}  // namespace

void ConnectionWatch::run() {
  const auto is_finished = [this] { return finished_; };
  std::unique_lock lock(mutex_);
  while (!finished_) {
    if (!stopping_) {
      changed_.wait_for(lock, kLookInterval);
      connections_.shut_overdue(OpenConnections::Clock::now());
      continue;
    }
    if (changed_.wait_for(lock, kReceiveGrace, is_finished)) return;
    connections_.shut_receiving();
    if (changed_.wait_for(lock, stop_grace_ - kReceiveGrace, is_finished)) return;
    connections_.shut_all();
    changed_.wait(lock, is_finished);
  }
}

void ConnectionWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void ConnectionWatch::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
}

}  // namespace ssem::api::http
