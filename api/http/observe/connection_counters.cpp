#include "api/http/observe/connection_counters.h"

namespace ssem::api::http {
namespace {

struct WaitBound {
  std::chrono::microseconds upper;
  const char* label;
};
constexpr std::array<WaitBound, 5> kWaitBounds = {{{std::chrono::microseconds{100}, "0.0001"},
                                                   {std::chrono::microseconds{1'000}, "0.001"},
                                                   {std::chrono::microseconds{10'000}, "0.01"},
                                                   {std::chrono::microseconds{100'000}, "0.1"},
                                                   {std::chrono::microseconds{1'000'000}, "1"}}};

void add_single(std::string& out, const std::string& name, const char* type, const char* help, std::uint64_t value) {
  out += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name + " " + std::to_string(value) +
         "\n";
}

}  // namespace

void ConnectionCounters::begin_work(std::chrono::nanoseconds waited) {
  busy_.fetch_add(1, std::memory_order_relaxed);
  std::size_t bucket = 0;
  while (bucket < kBuckets && waited > kWaitBounds[bucket].upper) ++bucket;
  waits_[bucket].fetch_add(1, std::memory_order_relaxed);
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(waited).count();
  waited_us_.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
}

std::string ConnectionCounters::text() const {
  static_assert(kWaitBounds.size() == kBuckets);
  std::string out;
  add_single(out, "ssem_http_connections", "gauge", "Connections held.", open_);
  add_single(out, "ssem_http_connections_idle", "gauge", "Connections without a request.", idle_);
  add_single(out, "ssem_http_connections_closed_for_others_total", "counter",
             "Connections closed because others needed the room.", closed_for_others_);
  add_single(out, "ssem_http_threads_busy", "gauge", "Worker threads that answer, streams included.",
             static_cast<std::uint64_t>(busy_));
  const std::string wait = "ssem_http_thread_wait_seconds";
  out += "# HELP " + wait + " Time that whole requests wait for a worker thread.\n# TYPE " + wait + " histogram\n";
  std::uint64_t count = 0;
  for (std::size_t b = 0; b <= kBuckets; ++b) {
    count += waits_[b].load(std::memory_order_relaxed);
    const std::string bound = b < kBuckets ? kWaitBounds[b].label : "+Inf";
    out += wait + "_bucket{le=\"" + bound + "\"} " + std::to_string(count) + "\n";
  }
  const std::string us = std::to_string(waited_us_.load(std::memory_order_relaxed) % 1'000'000);
  out += wait + "_sum " + std::to_string(waited_us_.load(std::memory_order_relaxed) / 1'000'000) + "." +
         std::string(6 - us.size(), '0') + us + "\n";
  return out + wait + "_count " + std::to_string(count) + "\n";
}

}  // namespace ssem::api::http
