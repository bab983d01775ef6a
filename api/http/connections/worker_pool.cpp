#include "api/http/connections/worker_pool.h"

#include <system_error>
#include <utility>

namespace ssem::api::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t most_waiting, std::size_t most_standing_in)
    : threads_(threads), most_waiting_(most_waiting), most_running_(threads + most_standing_in) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < threads_; ++i) start_thread();
}

WorkerPool::~WorkerPool() {
  std::unique_lock lock(mutex_);
  is_ending_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return running_ == 0; });
  lock.unlock();
  for (std::thread& thread : ended_threads_) thread.join();
}

bool WorkerPool::add(Work work) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= most_waiting_ + idle_) return false;
  waiting_.push_back(std::move(work));
  changed_.notify_one();
  return true;
}

// Under the lock.
void WorkerPool::start_thread() {
  const auto self = running_threads_.emplace(running_threads_.end());
  try {
    *self = std::thread([this, self] { run(self); });
    ++running_;
  } catch (const std::system_error&) {
    running_threads_.erase(self);
    if (running_ == 0) throw;  // a later one finds work for those that there are
  }
  for (std::thread& thread : std::exchange(ended_threads_, {})) thread.join();
}

void WorkerPool::run(std::list<std::thread>::iterator self) {
  std::unique_lock lock(mutex_);
  while (!is_one_too_many()) {
    ++idle_;
    changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty() || is_one_too_many(); });
    --idle_;
    if (waiting_.empty() || is_one_too_many()) break;
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
  --running_;
  ended_threads_.splice(ended_threads_.end(), running_threads_, self);
  changed_.notify_all();
}

WorkerPool::Blocking::Blocking(WorkerPool& pool) : pool_(pool) {
  const std::lock_guard lock(pool_.mutex_);
  ++pool_.blocking_;
  const bool is_missed = pool_.running_ - pool_.blocking_ < pool_.threads_;
  if (is_missed && pool_.running_ < pool_.most_running_) pool_.start_thread();
}

WorkerPool::Blocking::~Blocking() {
  const std::lock_guard lock(pool_.mutex_);
  --pool_.blocking_;
  pool_.changed_.notify_one();
}

}  // namespace ssem::api::http
