#include "api/tuning/lease_watch.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "api/jobs/survive.h"
#include "api/tuning/lease.h"

namespace ssem::api::tuning {

LeaseWatch::LeaseWatch(studies::StudyStore& store, FaultListener listener, std::chrono::milliseconds interval)
    : store_(store), listener_(std::move(listener)), interval_(interval), thread_([this] { run(); }) {}

LeaseWatch::~LeaseWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.notify_all();
  thread_.join();
}

void LeaseWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_changed_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    jobs::survive("leases are not looked after", listener_, [this] { expire_all_leases(store_, studies::now()); });
    lock.lock();
  }
}

void expire_all_leases(studies::StudyStore& store, studies::Timestamp now) {
  std::vector<studies::TrialPtr> running;
  // A storage that cannot be read now is looked at again next time.
  if (store.read([&](const studies::StudyTable& table) {
        running.clear();
        for (const studies::StudyPtr& study : table.studies()) {
          const auto trials = table.trials(study->study_id, {{{studies::TrialState::running}}, {}, {}});
          if (trials) running.insert(running.end(), trials.value().begin(), trials.value().end());
        }
      })) {
    return;
  }
  std::vector<std::int64_t> due;
  for (const studies::TrialPtr& trial : running) {
    const auto lease = lease_of(*trial);
    if (lease && lease->expires <= now && (due.empty() || due.back() != trial->study_id))
      due.push_back(trial->study_id);
  }
  for (const std::int64_t study_id : due) {
    store.write([&](studies::StudyTable& table) -> std::optional<Error> {
      const auto expired = expire_leases(table, study_id, now);
      if (!expired) return expired.error();
      return std::nullopt;
    });
  }
}

}  // namespace ssem::api::tuning
