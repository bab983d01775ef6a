// Counters of the HTTP server as Prometheus text. Atomics only: recording and reading take no lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/http/observe/connection_counters.h"

namespace ssem::api::http {

struct RouteLabel {
  std::string method;
  std::string route;
};

class Metrics {
 public:
  Metrics();

  // Called once, before the first request: one slot per route of the table. Requests that reach none of them are
  // counted in the slot after the last, as route "none".
  void set_routes(std::vector<RouteLabel> routes);

  std::size_t unrouted() const { return labels_.size() - 1; }

  void begin() { in_flight_.fetch_add(1, std::memory_order_relaxed); }
  void end() { in_flight_.fetch_sub(1, std::memory_order_relaxed); }
  void record(std::size_t route, int status, std::chrono::nanoseconds duration, std::uint64_t request_bytes,
              std::uint64_t response_bytes);
  void refuse_connection() { refused_connections_.fetch_add(1, std::memory_order_relaxed); }

  ConnectionCounters& connections() { return connections_; }

  // Text exposition format 0.0.4; integers are exact.
  std::string text() const;

 private:
  using Counter = std::atomic<std::uint64_t>;
  static constexpr int kFirstStatus = 100;
  static constexpr int kStatuses = 500;  // 100 .. 599
  static constexpr std::size_t kBuckets = 15;

  struct Slot {
    std::array<Counter, kStatuses> by_status{};
    std::array<Counter, kBuckets + 1> by_duration{};  // the last is above every bound
    Counter duration_ns{0};
  };

  std::vector<RouteLabel> labels_;
  std::unique_ptr<Slot[]> slots_;
  Counter request_bytes_{0};
  Counter response_bytes_{0};
  Counter refused_connections_{0};
  std::atomic<std::int64_t> in_flight_{0};
  ConnectionCounters connections_;
  std::chrono::system_clock::time_point start_;
};

}  // namespace ssem::api::http
