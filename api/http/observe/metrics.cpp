#include "api/http/observe/metrics.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "api/http/observe/process_usage.h"

namespace ssem::api::http {
namespace {

struct Bucket {
  std::uint64_t upper_ns;
  std::string_view label;  // seconds
};
constexpr std::array<Bucket, 15> kBounds = {{{50'000, "0.00005"},
                                             {100'000, "0.0001"},
                                             {250'000, "0.00025"},
                                             {500'000, "0.0005"},
                                             {1'000'000, "0.001"},
                                             {2'500'000, "0.0025"},
                                             {5'000'000, "0.005"},
                                             {10'000'000, "0.01"},
                                             {25'000'000, "0.025"},
                                             {50'000'000, "0.05"},
                                             {100'000'000, "0.1"},
                                             {250'000'000, "0.25"},
                                             {1'000'000'000, "1"},
                                             {2'500'000'000, "2.5"},
                                             {10'000'000'000, "10"}}};

std::string seconds(std::uint64_t nanoseconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%llu.%09llu", static_cast<unsigned long long>(nanoseconds / 1'000'000'000U),
                static_cast<unsigned long long>(nanoseconds % 1'000'000'000U));
  return text.data();
}

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

void sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(value).append("\n");
}

void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            const std::string& value) {
  describe(out, name, type, help);
  sample(out, name, "", value);
}

std::string labels_of(const RouteLabel& label) {
  return "method=\"" + label.method + "\",route=\"" + label.route + "\"";
}

}  // namespace

Metrics::Metrics() : start_(process_start_time()) { set_routes({}); }

void Metrics::set_routes(std::vector<RouteLabel> routes) {
  static_assert(kBounds.size() == kBuckets);
  labels_ = std::move(routes);
  labels_.push_back({"any", "none"});
  slots_ = std::make_unique<Slot[]>(labels_.size());
}

void Metrics::record(std::size_t route, int status, std::chrono::nanoseconds duration, std::uint64_t request_bytes,
                     std::uint64_t response_bytes) {
  Slot& slot = slots_[route];
  const auto status_index = static_cast<std::size_t>(std::clamp(status - kFirstStatus, 0, kStatuses - 1));
  slot.by_status[status_index].fetch_add(1, std::memory_order_relaxed);
  const auto ns = static_cast<std::uint64_t>(std::max<std::chrono::nanoseconds::rep>(duration.count(), 0));
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), ns,
                                      [](const Bucket& b, std::uint64_t v) { return b.upper_ns < v; });
  slot.by_duration[static_cast<std::size_t>(bound - kBounds.begin())].fetch_add(1, std::memory_order_relaxed);
  slot.duration_ns.fetch_add(ns, std::memory_order_relaxed);
  request_bytes_.fetch_add(request_bytes, std::memory_order_relaxed);
  response_bytes_.fetch_add(response_bytes, std::memory_order_relaxed);
}

std::string Metrics::text() const {
  std::string out;
  describe(out, "ssem_http_requests_total", "counter", "Requests answered, by route and status.");
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    for (std::size_t status = 0; status < slots_[i].by_status.size(); ++status) {
      const std::uint64_t count = slots_[i].by_status[status].load(std::memory_order_relaxed);
      if (count == 0) continue;
      const std::string code = std::to_string(static_cast<std::size_t>(kFirstStatus) + status);
      sample(out, "ssem_http_requests_total", labels_of(labels_[i]) + ",status=\"" + code + "\"",
             std::to_string(count));
    }
  }
  constexpr std::string_view kDuration = "ssem_http_request_duration_seconds";
  constexpr std::string_view kDurationBucket = "ssem_http_request_duration_seconds_bucket";
  constexpr std::string_view kDurationSum = "ssem_http_request_duration_seconds_sum";
  constexpr std::string_view kDurationCount = "ssem_http_request_duration_seconds_count";
  describe(out, kDuration, "histogram", "Time from a request's last byte to its answer, by route.");
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const std::string labels = labels_of(labels_[i]);
    std::string buckets;
    std::uint64_t count = 0;
    for (std::size_t b = 0; b < slots_[i].by_duration.size(); ++b) {
      count += slots_[i].by_duration[b].load(std::memory_order_relaxed);
      const std::string_view bound = b < kBounds.size() ? kBounds[b].label : std::string_view{"+Inf"};
      sample(buckets, kDurationBucket, labels + ",le=\"" + std::string(bound) + "\"", std::to_string(count));
    }
    if (count == 0) continue;
    out += buckets;
    sample(out, kDurationSum, labels, seconds(slots_[i].duration_ns.load(std::memory_order_relaxed)));
    sample(out, kDurationCount, labels, std::to_string(count));
  }
  single(out, "ssem_http_requests_in_flight", "gauge", "Requests being answered now.",
         std::to_string(in_flight_.load(std::memory_order_relaxed)));
  single(out, "ssem_http_request_bytes_total", "counter", "Bytes of request bodies.",
         std::to_string(request_bytes_.load(std::memory_order_relaxed)));
  single(out, "ssem_http_response_bytes_total", "counter", "Bytes of response bodies.",
         std::to_string(response_bytes_.load(std::memory_order_relaxed)));
  single(out, "ssem_http_connections_refused_total", "counter",
         "Connections answered 503: too many, or too many requests that wait.",
         std::to_string(refused_connections_.load(std::memory_order_relaxed)));
  out += connections_.text();
  const auto start_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(start_.time_since_epoch()).count();
  single(out, "process_start_time_seconds", "gauge", "Start of the process since the Unix epoch, in seconds.",
         seconds(static_cast<std::uint64_t>(start_ns)));
  single(out, "process_resident_memory_bytes", "gauge", "Resident memory of the process.",
         std::to_string(resident_memory_bytes()));
  describe(out, "ssem_build_info", "gauge", "Always 1; the labels tell the build.");
  sample(out, "ssem_build_info", "version=\"" SSEM_VERSION "\",compiler=\"" __VERSION__ "\"", "1");
  return out;
}

}  // namespace ssem::api::http
