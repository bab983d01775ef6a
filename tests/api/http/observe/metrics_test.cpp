#include "api/http/observe/metrics.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using ssem::api::http::Metrics;

namespace {

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("requests are counted by route and status") {
  Metrics metrics;
  metrics.set_routes({{"GET", "/a"}, {"POST", "/b"}});
  metrics.record(0, 200, 1ms, 0, 10);
  metrics.record(0, 200, 1ms, 0, 10);
  metrics.record(1, 400, 1ms, 7, 10);
  metrics.record(metrics.unrouted(), 404, 1ms, 0, 10);
  const std::string text = metrics.text();
  CHECK(has_line(text, "ssem_http_requests_total{method=\"GET\",route=\"/a\",status=\"200\"} 2"));
  CHECK(has_line(text, "ssem_http_requests_total{method=\"POST\",route=\"/b\",status=\"400\"} 1"));
  CHECK(has_line(text, "ssem_http_requests_total{method=\"any\",route=\"none\",status=\"404\"} 1"));
  CHECK(has_line(text, "ssem_http_request_bytes_total 7"));
  CHECK(has_line(text, "ssem_http_response_bytes_total 40"));
}

TEST_CASE("a duration falls into every bucket that is not below it") {
  Metrics metrics;
  metrics.set_routes({{"GET", "/a"}});
  metrics.record(0, 200, 100us, 0, 0);
  metrics.record(0, 200, 100001ns, 0, 0);
  metrics.record(0, 200, 1h, 0, 0);
  const std::string text = metrics.text();
  const std::string bucket = "ssem_http_request_duration_seconds_bucket{method=\"GET\",route=\"/a\",le=\"";
  CHECK(has_line(text, bucket + "0.00005\"} 0"));
  CHECK(has_line(text, bucket + "0.0001\"} 1"));
  CHECK(has_line(text, bucket + "0.00025\"} 2"));
  CHECK(has_line(text, bucket + "10\"} 2"));
  CHECK(has_line(text, bucket + "+Inf\"} 3"));
  CHECK(has_line(text, "ssem_http_request_duration_seconds_sum{method=\"GET\",route=\"/a\"} 3600.000200001"));
  CHECK(has_line(text, "ssem_http_request_duration_seconds_count{method=\"GET\",route=\"/a\"} 3"));
}

TEST_CASE("large integers are printed exactly") {
  Metrics metrics;
  metrics.record(metrics.unrouted(), 200, 0ns, 3'214'567'890'123U, 0);
  CHECK(has_line(metrics.text(), "ssem_http_request_bytes_total 3214567890123"));
}

TEST_CASE("counting from many threads loses nothing") {
  Metrics metrics;
  metrics.set_routes({{"GET", "/a"}});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&metrics] {
      for (int k = 0; k < 10'000; ++k) {
        metrics.begin();
        metrics.record(0, 200, 1us, 1, 1);
        metrics.end();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics.text();
  CHECK(has_line(text, "ssem_http_requests_total{method=\"GET\",route=\"/a\",status=\"200\"} 40000"));
  CHECK(has_line(text, "ssem_http_requests_in_flight 0"));
}

TEST_CASE("an impossible status is counted somewhere") {
  Metrics metrics;
  metrics.record(metrics.unrouted(), 9999, -1ns, 0, 0);
  metrics.record(metrics.unrouted(), 0, 0ns, 0, 0);
  CHECK(has_line(metrics.text(), "ssem_http_request_duration_seconds_count{method=\"any\",route=\"none\"} 2"));
}
