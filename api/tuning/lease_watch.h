// Looks after leases while nobody asks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "api/studies/study_store.h"

namespace ssem::api::tuning {

// A thread of its own from construction to destruction. A storage that cannot be written is tried again next time.
class LeaseWatch {
 public:
  static constexpr std::chrono::milliseconds kInterval{1000};

  // Told of an exception that a look ended with; the next look is taken all the same.
  using FaultListener = std::function<void(const std::string& reason)>;

  // The store outlives the watch.
  explicit LeaseWatch(studies::StudyStore& store, FaultListener listener = {},
                      std::chrono::milliseconds interval = kInterval);
  ~LeaseWatch();
  LeaseWatch(const LeaseWatch&) = delete;
  LeaseWatch& operator=(const LeaseWatch&) = delete;

 private:
  void run();

  studies::StudyStore& store_;
  const FaultListener listener_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ = false;
  std::thread thread_;
};

// Expires what is due in every study. Writes nothing when nothing is.
void expire_all_leases(studies::StudyStore& store, studies::Timestamp now);

}  // namespace ssem::api::tuning
