#include "api/jobs/event_log.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/trainer/files/temporary_folder.h"

using namespace ssem;
using namespace ssem::api::jobs;
using trainer::TemporaryFolder;

TEST_CASE("events keep their numbers, and a line cut short by a crash is dropped") {
  const TemporaryFolder folder;
  const auto path = folder.file("events.jsonl");
  {
    EventLog log(path);
    CHECK(log.last_number() == 0);
    CHECK_FALSE(log.append("a", R"({"event":"a","n":1})"));
    CHECK_FALSE(log.append("b", R"({"time_s":1,"event":"b"})"));
    CHECK_FALSE(log.append("c", R"({"event":"c","n":333})"));
  }
  std::ofstream(path, std::ios::app) << "{\"cut";
  EventLog log(path);
  CHECK(log.last_number() == 3);
  CHECK_FALSE(log.append("d", "{\"d\":4}"));
  const auto events = log.after(1, 10);
  REQUIRE(events.size() == 3);
  CHECK(events[0].number == 2);
  CHECK(events[0].name == "b");
  CHECK(events[0].json == R"({"time_s":1,"event":"b"})");
  CHECK(events[2].json == "{\"d\":4}");
  CHECK(events[2].name == "d");
  CHECK(log.last("b")->number == 2);
  CHECK_FALSE(log.last("e"));
  CHECK(log.after(2, 1).size() == 1);
  CHECK(log.after(4, 10).empty());
  CHECK(EventLog(folder.file("absent/events.jsonl")).append("a", "{}"));
}

TEST_CASE("an event's name is found wherever it stands in the line, and a line without one has none") {
  const TemporaryFolder folder;
  folder.write("events.jsonl", R"({"step":1,"more":{"event":"inner"},"event":"progress"})"
                               "\n{}\nno json\n[\"event\"]\n");
  const auto events = EventLog(folder.file("events.jsonl")).after(0, 10);
  REQUIRE(events.size() == 4);
  CHECK(events[0].name == "progress");
  for (std::size_t k = 1; k < 4; ++k) CHECK(events[k].name.empty());
}
