// The events of one job for the thread that writes them and for everyone who follows them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "advisor/json/shared_json.h"
#include "advisor/result.h"
#include "api/jobs/event_log.h"

namespace ssem::api::jobs {

struct EventPage {
  std::vector<NumberedEvent> events;
  bool complete = false;  // nothing will follow
};

// Thread safe. Its lock is its own, so that who waits for one job's disk waits for no other job.
class JobEvents {
 public:
  // `complete`: the job has ended, and nothing will be added.
  JobEvents(std::filesystem::path path, bool complete) : path_(std::move(path)), complete_(complete) {}

  // Errors (unavailable): it cannot be kept.
  std::optional<Error> append(std::string_view name, std::string_view json);
  // The last one: kept now, shown to followers by complete(), once the job's state says the same.
  std::optional<Error> append_last(std::string_view name, std::string_view json);
  void complete();

  // Events after `number`; waits up to `patience` for the first, and no longer than until `stopping`. A number from the
  // future is from another server's events: they are given from the start.
  EventPage after(std::int64_t number, std::chrono::milliseconds patience, const std::atomic<bool>& stopping);
  // Null where there is none.
  advisor::json::SharedJson last_progress();

  // Followers look whether they should stop.
  void wake();
  // What is in memory; the file is read again when it is needed.
  void release();

 private:
  EventLog& log();  // with the lock held
  std::int64_t shown() { return log().last_number() - (last_hidden_ ? 1 : 0); }

  const std::filesystem::path path_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::optional<EventLog> log_;  // made when first needed
  bool last_hidden_ = false;
  bool complete_ = false;
};

}  // namespace ssem::api::jobs
