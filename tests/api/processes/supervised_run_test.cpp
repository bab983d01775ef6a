#include "api/processes/supervised_run.h"

#include <doctest/doctest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <sys/wait.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

using namespace ssem;
using namespace ssem::api::processes;

namespace {

RunEnd run(
    const std::string& script, const RunLimits& limits = {}, std::vector<std::string>* lines = nullptr,
    const std::function<bool()>& should_end = [] { return false; }) {
  const RunWatch watch{[&](std::string_view line) {
                         if (lines != nullptr) lines->emplace_back(line);
                         return line != "bad";
                       },
                       should_end, [] { return false; }};
  const auto end = run_supervised({{"/bin/sh", "-c", script}, "", "v-0000000000000001", "/dev/null"}, limits, watch);
  REQUIRE(end);
  return end.value();
}

}  // namespace

TEST_CASE("lines come whole, the last without its end too, and the status is the child's") {
  std::vector<std::string> lines;
  const RunEnd end = run("printf 'one\\ntwo\\n\\nlast'; echo oops >&2; exit 7", {}, &lines);
  CHECK(lines == std::vector<std::string>{"one", "two", "", "last"});
  CHECK(end.by == EndedBy::itself);
  CHECK(WEXITSTATUS(end.status) == 7);
  CHECK(end.last_words == "oops\n");
}

TEST_CASE("limits of time and line length, bad lines and requests end a child") {
  RunLimits limits;
  limits.time = std::chrono::milliseconds{200};
  limits.end_grace = std::chrono::milliseconds{300};
  CHECK(run("sleep 60", limits).by == EndedBy::time_limit);
  CHECK(run("trap '' TERM; while :; do sleep 0.05; done", limits).by == EndedBy::time_limit);  // killed
  limits = {};
  limits.max_line_bytes = 1000;
  CHECK(run("yes | tr -d '\\n'", limits).by == EndedBy::bad_line);
  CHECK(run("echo good; echo bad; sleep 60").by == EndedBy::bad_line);
  CHECK(run("sleep 60", {}, nullptr, [] { return true; }).by == EndedBy::request);
}

TEST_CASE("nothing of a child's session is left when its run returns") {
  std::vector<std::string> lines;
  const auto begin = std::chrono::steady_clock::now();
  run("sleep 61 & echo $!; exit 0", {}, &lines);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
  REQUIRE(lines.size() == 1);
  CHECK(::kill(static_cast<pid_t>(std::atoi(lines.front().c_str())), 0) != 0);
}

TEST_CASE("a program that is not there is an error and no child") {
  const RunWatch watch{[](std::string_view) { return true; }, [] { return false; }, [] { return false; }};
  const auto end = run_supervised({{"/surely/absent"}, "", "", "/dev/null"}, {}, watch);
  REQUIRE_FALSE(end);
  CHECK(end.error().code == ErrorCode::unavailable);
  CHECK_FALSE(run_supervised({{"/bin/true"}, "/surely/absent", "", "/dev/null"}, {}, watch));
}

TEST_CASE("a child that takes more than is there for all is ended") {
  MemoryShare share(1000);  // bytes: less than any program
  RunLimits limits;
  limits.share = &share;
  CHECK(run("sleep 60", limits).by == EndedBy::memory_limit);
}
