#include "api/jobs/job_events.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/trainer/files/temporary_folder.h"

using namespace ssem;
using namespace ssem::api::jobs;
using namespace std::chrono_literals;

namespace {

struct Followed {
  trainer::TemporaryFolder folder;
  JobEvents events{folder.file("events.jsonl"), false};
  std::atomic<bool> stopping{false};

  EventPage after(std::int64_t number, std::chrono::milliseconds patience = 0ms) {
    return events.after(number, patience, stopping);
  }
};

}  // namespace

TEST_CASE("a follower gets what is there, and waits for what is not") {
  Followed job;
  CHECK_FALSE(job.events.append("queued", R"({"event":"queued"})"));
  const EventPage first = job.after(0);
  REQUIRE(first.events.size() == 1);
  CHECK_FALSE(first.complete);
  std::thread writer([&] { job.events.append("started", R"({"event":"started"})"); });
  const EventPage second = job.after(1, 60s);
  writer.join();
  REQUIRE(second.events.size() == 1);
  CHECK(second.events[0].number == 2);
  CHECK(second.events[0].name == "started");
}

TEST_CASE("the last event is not shown before the job says that it has ended") {
  Followed job;
  CHECK_FALSE(job.events.append("queued", "{}"));
  CHECK_FALSE(job.events.append_last("finished", "{}"));
  CHECK(job.after(0).events.size() == 1);
  CHECK_FALSE(job.after(0).complete);
  CHECK_FALSE(job.after(1).complete);
  std::thread keeper([&] { job.events.complete(); });
  const EventPage last = job.after(1, 60s);
  keeper.join();
  REQUIRE(last.events.size() == 1);
  CHECK(last.events[0].name == "finished");
  CHECK(last.complete);
  CHECK(job.after(2).complete);
}

TEST_CASE("followers of a server that stops do not wait on") {
  Followed job;
  std::thread stop([&] {
    job.stopping = true;
    job.events.wake();
  });
  CHECK(job.after(0, 600s).events.empty());
  stop.join();
}

TEST_CASE("a number from another server's events replays from the start, unless nothing will follow") {
  Followed job;
  for (int k = 0; k < 3; ++k) CHECK_FALSE(job.events.append("progress", "{}"));
  CHECK(job.after(100).events.size() == 3);
  job.events.complete();
  CHECK(job.after(100).events.empty());
  CHECK(job.after(100).complete);
}

TEST_CASE("the last progress is found behind other events, also when memory was released") {
  Followed job;
  CHECK(job.events.last_progress().is_null());
  CHECK_FALSE(job.events.append("progress", R"({"time_s":1,"event":"progress","step":5})"));
  for (int k = 0; k < 9; ++k) CHECK_FALSE(job.events.append("checkpoint", R"({"event":"checkpoint"})"));
  CHECK(job.events.last_progress().get().at("step") == 5);
  job.events.release();
  CHECK(job.events.last_progress().get().at("step") == 5);
}
