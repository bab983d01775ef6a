#include "api/processes/child_process.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGCHLD is POSIX
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

using namespace ssem;
using namespace ssem::api::processes;

namespace {

struct Said {
  std::string output;
  std::string error;
  int status = 0;
};

ChildCall shell(const std::string& script, Ground ground) {
  ChildCall call;
  call.words = {"/bin/sh", "-c", script};
  call.ground = ground;
  return call;
}

Said said(const ChildCall& call) {
  auto started = ChildProcess::start(call);
  REQUIRE(started);
  ChildProcess child = std::move(started).value();
  Said result;
  while (child.read(std::chrono::milliseconds{1000}, result.output, result.error)) {
  }
  child.wait();
  CHECK(child.has_ended());
  result.status = child.status();
  return result;
}

constexpr const char* kSession = "cut -d ' ' -f 6 /proc/self/stat";

}  // namespace

TEST_CASE("a child in the background has a session of its own, and the kernel prefers it to the server") {
  const Said found = said(shell(
      std::string(kSession) + "; cat /proc/self/oom_score_adj; ulimit -c; echo no >&2; exit 7", Ground::background));
  CHECK(WEXITSTATUS(found.status) == 7);
  CHECK(std::atoi(found.output.c_str()) != ::getsid(0));
  CHECK(found.output.substr(found.output.find('\n')) == "\n1000\n0\n");
  CHECK(found.error == "no\n");
}

TEST_CASE("a child in the foreground stays in this session, and its stderr is this process's") {
  const Said found = said(
      shell(std::string(kSession) + "; [ /proc/self/fd/2 -ef /proc/$PPID/fd/2 ] && echo shared", Ground::foreground));
  CHECK(found.output == std::to_string(::getsid(0)) + "\nshared\n");
  CHECK(found.error.empty());
}

TEST_CASE("text for a child's stdin arrives whole, however long it is and whether it is read or not") {
  std::string text;
  for (int k = 0; k < 100'000; ++k) text += "line " + std::to_string(k) + '\n';
  for (const Ground ground : {Ground::background, Ground::foreground}) {
    ChildCall call = shell("cat", ground);
    call.input_text = text;
    CHECK(said(call).output == text);
    call = shell("echo unread", ground);
    call.input_text = text;
    CHECK(said(call).output == "unread\n");
  }
}

TEST_CASE("a child has no descriptor of this process but the first three") {
  const int left_open = ::open("/dev/null", O_RDONLY);
  REQUIRE(left_open > STDERR_FILENO);
  CHECK(said(shell("for each in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$each ] && echo $each; done", Ground::background))
            .output.empty());
  ::close(left_open);
}

TEST_CASE("a parent that ignores its children's ends is told of them all the same") {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  const Said found = said(shell("exit 5", Ground::foreground));
  CHECK(WEXITSTATUS(found.status) == 5);
  ::signal(SIGCHLD, before);
}

TEST_CASE("a child carries its mark, and no mark of this process") {
  ::setenv(kMarkVariable, "outer", 1);
  ChildCall call = shell("echo $SSEM_JOB", Ground::background);
  CHECK(said(call).output == "\n");
  call.mark = "v-1";
  CHECK(said(call).output == "v-1\n");
  ::unsetenv(kMarkVariable);
}

TEST_CASE("a signal to a child in the foreground reaches it alone") {
  auto started = ChildProcess::start(
      shell("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.01; done", Ground::foreground));
  REQUIRE(started);
  ChildProcess child = std::move(started).value();
  std::string output, error;
  while (output.find("ready") == std::string::npos && child.read(std::chrono::milliseconds{1000}, output, error)) {
  }
  child.send(SIGTERM);
  while (child.read(std::chrono::milliseconds{1000}, output, error)) {
  }
  child.wait();
  CHECK(output == "ready\nasked\n");
  CHECK(WEXITSTATUS(child.status()) == 3);
}

TEST_CASE("a child does not see this process's secrets, and sees the rest") {
  ::setenv("SSEM_API_KEY", "of-the-server", 1);
  ::setenv("SLURM_CLUSTER", "of-the-site", 1);
  const Said found = said(shell("echo \"$SSEM_API_KEY,$SLURM_CLUSTER,$PATH\"", Ground::background));
  ::unsetenv("SSEM_API_KEY");
  ::unsetenv("SLURM_CLUSTER");
  CHECK(found.output == std::string(",of-the-site,") + std::getenv("PATH") + "\n");
}

TEST_CASE("a confined child gains no privileges") {
  ChildCall call = shell("grep NoNewPrivs /proc/self/status", Ground::background);
  CHECK(said(call).output == "NoNewPrivs:\t0\n");
  call.confined = true;
  CHECK(said(call).output == "NoNewPrivs:\t1\n");
}
