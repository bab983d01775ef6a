#include "trainer/loss/rounds.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <barrier>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "trainer/blas/gemm.h"

namespace ssem::trainer {
namespace {

// Threads that wait between the passes: making them anew costs some 4 % of a pass over 512 or 1024 rows. One pass at a
// time; a second one waits.
class Crew {
 public:
  static Crew& get() {
    static Crew crew;
    return crew;
  }

  ~Crew() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // task(0) here and task(1) to task(helpers) in threads of the crew, until all have ended.
  void run(std::size_t helpers, const std::function<void(std::size_t)>& task) {
    const std::lock_guard one_pass(passes_);
    while (threads_.size() < helpers) {
      threads_.emplace_back([this, number = threads_.size() + 1, seen = turn_] { serve(number, seen); });
    }
    {
      const std::lock_guard lock(mutex_);
      task_ = &task;
      helpers_ = busy_ = helpers;
      ++turn_;
    }
    wake_.notify_all();
    task(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return busy_ == 0; });
  }

 private:
  Crew() = default;

  void serve(std::size_t number, std::size_t seen) {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return ending_ || turn_ != seen; });
      if (ending_) return;
      seen = turn_;
      if (number > helpers_) continue;
      const auto* const task = task_;
      lock.unlock();
      (*task)(number);
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex passes_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t helpers_ = 0, busy_ = 0, turn_ = 0;
  bool ending_ = false;
  std::vector<std::jthread> threads_;  // last: joined before what they use goes
};

}  // namespace

void in_rounds(std::size_t rounds, std::size_t at_most,
               const std::function<void(std::size_t, std::size_t, std::size_t)>& work) {
  const blas::OneThread one_thread;
  const std::size_t workers =
      std::max<std::size_t>(1, std::min(at_most, static_cast<std::size_t>(std::max(1, at::get_num_threads()))));
  if (workers == 1) {
    const blas::OneThreadHere one_thread_here;
    for (std::size_t round = 0; round < rounds; ++round) work(round, 0, 1);
    return;
  }
  std::barrier step(static_cast<std::ptrdiff_t>(workers));
  Crew::get().run(workers - 1, [&](std::size_t worker) {
    const blas::OneThreadHere one_thread_here;
    for (std::size_t round = 0; round < rounds; ++round) {
      work(round, worker, workers);
      step.arrive_and_wait();
    }
  });
}

}  // namespace ssem::trainer
