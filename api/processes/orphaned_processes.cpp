#include "api/processes/orphaned_processes.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <thread>

#include "api/processes/child_process.h"

namespace ssem::api::processes {
namespace {

constexpr std::chrono::milliseconds kLongestWait{5000};
constexpr std::chrono::milliseconds kPause{10};

// Whether the environment, its lines ended by NUL, names one of the marks.
bool carries(std::string_view environment, const std::vector<std::string>& marks) {
  const std::string prefix = std::string(kMarkVariable) + "=";
  while (!environment.empty()) {
    const std::size_t end = environment.find('\0');
    const std::string_view line = environment.substr(0, end);
    environment = end == std::string_view::npos ? std::string_view{} : environment.substr(end + 1);
    if (line.substr(0, prefix.size()) != prefix) continue;
    if (std::find(marks.begin(), marks.end(), line.substr(prefix.size())) != marks.end()) return true;
  }
  return false;
}

std::vector<pid_t> marked(const std::vector<std::string>& marks) {
  std::vector<pid_t> found;
  std::error_code fault;
  for (std::filesystem::directory_iterator entry("/proc", fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename();
    pid_t pid = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (read.ec != std::errc{} || read.ptr != name.data() + name.size() || pid == ::getpid()) continue;
    std::ifstream file(entry->path() / "environ", std::ios::binary);  // unreadable: not ours; empty: already dead
    const std::string environment(std::istreambuf_iterator<char>(file), {});
    if (carries(environment, marks)) found.push_back(pid);
  }
  return found;
}

}  // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

void kill_marked(const std::vector<std::string>& marks) {
  if (marks.empty()) return;
  const auto limit = std::chrono::steady_clock::now() + kLongestWait;
  for (std::vector<pid_t> left = marked(marks); !left.empty(); left = marked(marks)) {
    for (const pid_t pid : left) ::kill(pid, SIGKILL);
    if (std::chrono::steady_clock::now() > limit) return;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace ssem::api::processes
