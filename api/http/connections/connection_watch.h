// Cuts clients that are late with their request and, once the server stops, what still runs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "api/http/connections/open_connections.h"

namespace ssem::api::http {

// Thread safe. The connections outlive it.
class ConnectionWatch {
 public:
  // `stop_grace`: for requests that are being answered when the server stops.
  ConnectionWatch(OpenConnections& connections, std::chrono::milliseconds stop_grace)
      : connections_(connections), stop_grace_(stop_grace) {}

  // Until finish(), on a thread of its own.
  void run();
  void stop();
  bool is_stopping() const { return stopping_; }
  void finish();

 private:
  OpenConnections& connections_;
  const std::chrono::milliseconds stop_grace_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
};

}  // namespace ssem::api::http
