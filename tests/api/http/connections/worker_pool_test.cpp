#include "api/http/connections/worker_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <memory>
#include <vector>

using namespace ssem::api::http;
using namespace std::chrono_literals;

TEST_CASE("others stand in for workers that block, up to a bound, and go when they are through") {
  constexpr int kBlocking = 5;
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::atomic<int> blocking{0};
  WorkerPool pool(2, 100, kBlocking);
  for (int i = 0; i < kBlocking; ++i) {
    REQUIRE(pool.add([&pool, &blocking, ended] {
      const WorkerPool::Blocking here(pool);
      ++blocking;
      ended.wait();
    }));
  }
  while (blocking < kBlocking) std::this_thread::yield();
  std::promise<void> done;
  REQUIRE(pool.add([&done] { done.set_value(); }));
  CHECK(done.get_future().wait_for(5s) == std::future_status::ready);
  end.set_value();
}

TEST_CASE("work beyond what idle workers take and what may wait is turned away") {
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::atomic<int> started{0};
  WorkerPool pool(2, 3, 0);
  const auto work = [&started, ended] {
    ++started;
    ended.wait();
  };
  int taken = 0;
  while (started < 2) {
    if (taken < 2 && pool.add(work)) ++taken;
  }
  for (int i = 0; i < 3; ++i) CHECK(pool.add(work));
  CHECK_FALSE(pool.add(work));
  end.set_value();
}
