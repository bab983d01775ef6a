// What the server's connections and worker threads are doing, as Prometheus text. Atomics only.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ssem::api::http {

class ConnectionCounters {
 public:
  void set_held(std::size_t open, std::size_t idle) {
    open_.store(open, std::memory_order_relaxed);
    idle_.store(idle, std::memory_order_relaxed);
  }
  void close_for_others() { closed_for_others_.fetch_add(1, std::memory_order_relaxed); }

  // A worker begins with a request that has waited so long for it.
  void begin_work(std::chrono::nanoseconds waited);
  void end_work() { busy_.fetch_sub(1, std::memory_order_relaxed); }

  std::string text() const;

 private:
  static constexpr std::size_t kBuckets = 5;

  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> idle_{0};
  std::atomic<std::uint64_t> closed_for_others_{0};
  std::atomic<std::int64_t> busy_{0};
  std::array<std::atomic<std::uint64_t>, kBuckets + 1> waits_{};  // the last is above every bound
  std::atomic<std::uint64_t> waited_us_{0};
};

}  // namespace ssem::api::http
