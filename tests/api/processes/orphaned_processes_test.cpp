#include "api/processes/orphaned_processes.h"

#include <doctest/doctest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): signal numbers are POSIX
#include <sys/wait.h>

#include <chrono>
#include <thread>
#include <utility>

#include "api/processes/child_process.h"

using namespace ssem;
using namespace ssem::api::processes;

TEST_CASE("processes that carry a mark are found and killed, others are not") {
  auto child = ChildProcess::start({{"/bin/sh", "-c", "sleep 60 & wait"}, "", "v-00000000000000ff", "/dev/null"});
  REQUIRE(child);
  ChildProcess process = std::move(child).value();
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  kill_marked({"v-00000000000000fe"});
  CHECK_FALSE(process.has_ended());
  std::thread reaper([&] {
    while (!process.has_ended()) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  });
  kill_marked({"v-00000000000000ff"});
  reaper.join();
  CHECK(WTERMSIG(process.status()) == SIGKILL);
}
