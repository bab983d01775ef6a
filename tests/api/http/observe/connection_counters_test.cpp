#include "api/http/observe/connection_counters.h"

#include <doctest/doctest.h>

using namespace ssem::api::http;
using namespace std::chrono_literals;

TEST_CASE("what connections and threads do is told as gauges, waits as a histogram") {
  ConnectionCounters counters;
  counters.set_held(30, 20);
  counters.close_for_others();
  counters.begin_work(50us);
  counters.begin_work(3ms);
  counters.begin_work(2s);
  counters.end_work();
  const std::string text = counters.text();
  for (const char* line :
       {"ssem_http_connections 30\n", "ssem_http_connections_idle 20\n",
        "ssem_http_connections_closed_for_others_total 1\n", "ssem_http_threads_busy 2\n",
        "ssem_http_thread_wait_seconds_bucket{le=\"0.0001\"} 1\n",
        "ssem_http_thread_wait_seconds_bucket{le=\"0.01\"} 2\n", "ssem_http_thread_wait_seconds_bucket{le=\"1\"} 2\n",
        "ssem_http_thread_wait_seconds_bucket{le=\"+Inf\"} 3\n", "ssem_http_thread_wait_seconds_sum 2.003050\n",
        "ssem_http_thread_wait_seconds_count 3\n"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}
