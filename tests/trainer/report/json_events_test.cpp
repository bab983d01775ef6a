#include "trainer/report/json_events.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisor/json/strict_parse.h"
#include "tests/trainer/report/made_progress.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

// What an event sink writes, read line by line with the strict parser.
std::vector<Json> lines_of(const std::function<void(JsonEvents&)>& tell) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  StopFlag stop{false};
  {
    JsonEvents events(ends[1], stop);
    tell(events);
    CHECK(!events.broken());
  }
  ::close(ends[1]);
  std::string text(1U << 16U, '\0');
  text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
  ::close(ends[0]);
  std::vector<Json> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    REQUIRE(end != std::string::npos);
    auto line = advisor::json::parse_strict(text.substr(0, end));
    REQUIRE(line);
    lines.push_back(std::move(line).value());
    text.erase(0, end + 1);
  }
  return lines;
}

std::vector<std::string> names(const Json& object) {
  std::vector<std::string> found;
  for (const auto& [name, value] : object.items()) found.push_back(name);
  return found;
}

}  // namespace

TEST_CASE("each event is one line with its name and time") {
  const auto lines = lines_of([](JsonEvents& events) {
    events.started("cpu", std::nullopt);
    events.progress(step_of(1));
    events.checkpoint(1, "out/a\nb\"c");
    events.finished(Json{{"verdict", "confirmed"}});
  });
  REQUIRE(lines.size() == 4);
  CHECK(names(lines[0]) == std::vector<std::string>{"event", "time_s", "device", "total_steps"});
  CHECK(lines[0]["event"] == "started");
  CHECK(lines[0]["total_steps"].is_null());
  CHECK(names(lines[1]) == std::vector<std::string>{"event", "time_s", "step", "total_steps", "loss",
                                                    "within_class_variance", "between_class_variance", "view_alignment",
                                                    "learning_rate", "images_per_s", "eta_s", "moved", "tolerance"});
  CHECK(lines[1]["eta_s"] == 75.2);
  CHECK(lines[2]["path"] == "out/a\nb\"c");
  CHECK(lines[3]["report"]["verdict"] == "confirmed");
  CHECK(lines[3]["time_s"].get<double>() >= lines[0]["time_s"].get<double>());
}

TEST_CASE("a loss that is not finite is a word") {
  Progress progress = step_of(1);
  progress.loss = kNan;
  progress.eta_s = std::numeric_limits<double>::infinity();
  const auto lines = lines_of([&](JsonEvents& events) { events.progress(progress); });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["loss"] == "nan");
  CHECK(lines[0]["eta_s"] == "inf");
}

TEST_CASE("a thousand quick steps are a few lines, the last among them") {
  const auto lines = lines_of([](JsonEvents& events) {
    for (int step = 1; step <= 1000; ++step) events.progress(step_of(step));
    events.finished(Json::object());
  });
  CHECK(lines.size() < 20);
  CHECK(lines[0]["step"] == 1);
  CHECK(lines[lines.size() - 2]["step"] == 1000);
}

TEST_CASE("a failure carries the contract's error and what is known") {
  FaultList faults;
  faults.add("/device", "must be there");
  const auto lines = lines_of([&](JsonEvents& events) {
    events.failed(faults.to_error(), Json());
    events.failed(faults.to_error(), Json{{"steps", 3}});
  });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["event"] == "failed");
  CHECK(lines[0]["error"]["code"] == "invalid_argument");
  CHECK(lines[0]["error"]["fields"][0]["path"] == "/device");
  CHECK(lines[0]["reason"] == lines[0]["error"]["message"]);
  CHECK(!lines[0].contains("report"));
  CHECK(lines[1]["report"]["steps"] == 3);
}

TEST_CASE("events that cannot be written stop the run") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  StopFlag stop{false};
  JsonEvents events(full, stop);
  events.started("cpu", 1);
  CHECK(events.broken());
  CHECK(stop);
  events.finished(Json::object());
  ::close(full);
}

}  // namespace ssem::trainer
