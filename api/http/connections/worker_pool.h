// Threads that answer requests. One that is about to block for long says so, and another takes its place meanwhile.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace ssem::api::http {

class WorkerPool {
 public:
  using Work = std::function<void()>;

  // `threads` that do not block, from the start; beyond what idle ones will take, `most_waiting` pieces of work wait.
  // So many further threads at most stand in for blocking ones.
  WorkerPool(std::size_t threads, std::size_t most_waiting, std::size_t most_standing_in);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False: too much waits. Work must not throw.
  bool add(Work work);

  // Held by a worker for as long as it blocks on its client.
  class Blocking {
   public:
    explicit Blocking(WorkerPool& pool);
    ~Blocking();
    Blocking(const Blocking&) = delete;
    Blocking& operator=(const Blocking&) = delete;

   private:
    WorkerPool& pool_;
  };

 private:
  void start_thread();
  void run(std::list<std::thread>::iterator self);
  bool is_one_too_many() const { return running_ - blocking_ > threads_; }

  const std::size_t threads_;
  const std::size_t most_waiting_;
  const std::size_t most_running_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;
  std::list<std::thread> running_threads_;
  std::list<std::thread> ended_threads_;
  std::size_t running_ = 0;
  std::size_t blocking_ = 0;
  std::size_t idle_ = 0;
  bool is_ending_ = false;
};

}  // namespace ssem::api::http
