// Blocking clients over loopback keep-alive, each with its own thread and connection: requests per second.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ssem::bench {

struct Load {
  int port = 0;
  std::size_t clients = 4;
  std::chrono::milliseconds duration{2000};
  std::string request;  // whole: request line, headers, body
};

struct LoadResult {
  double requests_per_s = 0;
  double cpu_us_per_request = 0;  // of the whole process, clients included: unmoved by other programs
  std::size_t failures = 0;       // answers other than 200
  std::size_t body_bytes = 0;     // of the last answer
  double median_ms = 0;
  double p99_ms = 0;
};

LoadResult run_load(const Load& load);

// A POST as bytes.
std::string post_request(int port, const std::string& path, const std::string& body);

}  // namespace ssem::bench
