#include "trainer/loss/rounds.h"

#include <ATen/Parallel.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

// LibTorch's number of threads for a test, and afterwards what it was.
class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

TEST_CASE("every worker works in every round, and none before all have ended the one before") {
  const Threads threads(3);
  constexpr std::size_t kRounds = 50;
  std::array<std::atomic<int>, kRounds> ended{};
  std::atomic<int> early{0}, calls{0};
  for (int pass = 0; pass < 20; ++pass) {
    for (auto& count : ended) count = 0;
    in_rounds(kRounds, 8, [&](std::size_t round, std::size_t worker, std::size_t workers) {
      if (workers != 3 || worker >= workers) ++early;
      if (round > 0 && ended[round - 1] != 3) ++early;
      ++calls;
      ++ended[round];
    });
  }
  CHECK(early == 0);
  CHECK(calls == 20 * kRounds * 3);
}

TEST_CASE("there are no more workers than asked for, though an earlier call had more") {
  const Threads threads(4);
  for (const std::size_t at_most : {4, 2, 1, 3}) {
    std::vector<std::atomic<int>> calls(4);
    in_rounds(5, at_most, [&](std::size_t, std::size_t worker, std::size_t workers) {
      if (workers == at_most) ++calls[worker];
    });
    for (std::size_t worker = 0; worker < calls.size(); ++worker) CHECK(calls[worker] == (worker < at_most ? 5 : 0));
  }
}

TEST_CASE("the caller's threads take turns") {
  const Threads threads(2);
  std::atomic<int> calls{0};
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller) {
      callers.emplace_back([&] {
        for (int pass = 0; pass < 25; ++pass) in_rounds(3, 2, [&](std::size_t, std::size_t, std::size_t) { ++calls; });
      });
    }
  }
  CHECK(calls == 4 * 25 * 3 * 2);
}

}  // namespace
}  // namespace ssem::trainer
