// How jobs are run. Every default stands here and nowhere else.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace ssem::api::jobs {

struct JobSettings {
  std::string data_dir = "ssem-data";  // empty: a temporary one
  std::string launcher;                // before ssem-train, with {id} and {folder}
  std::size_t cpu_jobs = 1;            // at once; with a launcher, all jobs
  std::size_t max_queued_jobs = 100;
  std::size_t max_streams = 128;  // of events, each of which holds a thread beside those that answer
  std::chrono::seconds max_job_time{3600};
  std::size_t max_job_memory_mib = 0;  // 0: three quarters of the machine's
  std::size_t keep_jobs = 200;         // ended ones
  std::chrono::hours keep_for{24 * 30};

  std::chrono::milliseconds end_grace{10'000};  // between SIGTERM and SIGKILL of a cancelled job
  std::chrono::milliseconds stop_grace{4'000};  // the same when the server stops
};

}  // namespace ssem::api::jobs
