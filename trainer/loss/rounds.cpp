#include "trainer/loss/rounds.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <barrier>
#include <thread>
#include <vector>

#include "trainer/loss/blas.h"

namespace ssem::trainer {

void in_rounds(std::size_t rounds, std::size_t at_most,
               const std::function<void(std::size_t, std::size_t, std::size_t)>& work) {
  const blas::OneThread one_thread;
  const std::size_t workers =
      std::max<std::size_t>(1, std::min(at_most, static_cast<std::size_t>(std::max(1, at::get_num_threads()))));
  if (workers == 1) {
    for (std::size_t round = 0; round < rounds; ++round) work(round, 0, 1);
    return;
  }
  std::barrier step(static_cast<std::ptrdiff_t>(workers));
  const auto run = [&](std::size_t worker) {
    const blas::OneThreadHere one_thread_here;
    for (std::size_t round = 0; round < rounds; ++round) {
      work(round, worker, workers);
      step.arrive_and_wait();
    }
  };
  std::vector<std::jthread> threads;
  threads.reserve(workers - 1);
  for (std::size_t worker = 1; worker < workers; ++worker) threads.emplace_back(run, worker);
  run(0);
}

}  // namespace ssem::trainer
