#include "api/jobs/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill and sigset_t are POSIX
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace ssem::api::jobs {
namespace {

constexpr std::size_t kMostBytesAtOnce = 1U << 16U;

// Sessions that a ChildProcess waits for itself.
std::mutex sessions_mutex;
std::set<pid_t>& sessions() {
  static std::set<pid_t> all;
  return all;
}

class Pipe {
 public:
  Pipe() { made_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    for (const int end : ends_) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool made() const { return made_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  int keep_reading() { return std::exchange(ends_[0], -1); }
  void close_writing() { ::close(std::exchange(ends_[1], -1)); }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool made_ = false;
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::string& mark) {
  const std::string prefix = std::string(kMarkVariable) + "=";
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    if (std::strncmp(*line, prefix.c_str(), prefix.size()) != 0) lines.emplace_back(*line);
  }
  lines.push_back(prefix + mark);
  return lines;
}

struct ChildSide {
  char* const* words;
  char* const* environment;
  const char* directory;
  const char* input;
  pid_t parent;
  int output, error, fault;
};

// Between fork and exec: calls that are safe there only.
[[noreturn]] void become(const ChildSide& side) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != side.parent) _exit(127);  // it died before the line above
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGCHLD, SIG_DFL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    [[maybe_unused]] const ssize_t ignored = ::write(score, "1000", 4);
    ::close(score);
  }
  const bool there = *side.directory == '\0' || ::chdir(side.directory) == 0;
  const int input = there ? ::open(side.input, O_RDONLY) : -1;
  const bool ready = input >= 0 && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(side.output, STDOUT_FILENO) >= 0 &&
                     ::dup2(side.error, STDERR_FILENO) >= 0;
  if (input > STDERR_FILENO) ::close(input);
  if (ready) ::execvpe(side.words[0], side.words, side.environment);
  const int fault = errno;
  [[maybe_unused]] const ssize_t ignored = ::write(side.fault, &fault, sizeof fault);
  _exit(127);
}

// False once the other end is closed.
bool read_some(int& descriptor, std::string& text) {
  std::array<char, kMostBytesAtOnce> buffer;
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }
  ::close(std::exchange(descriptor, -1));
  return false;
}

Error cannot_start(const std::string& program, int fault) {
  return {ErrorCode::unavailable, "cannot start " + program + ": " + std::strerror(fault), {}};
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildCall& call) {
  std::vector<std::string> words = call.words;
  std::vector<std::string> environment = environment_with(call.mark);
  const std::vector<char*> argv = pointers_to(words);
  const std::vector<char*> envp = pointers_to(environment);
  Pipe output;
  Pipe error;
  Pipe fault;
  if (!output.made() || !error.made() || !fault.made()) return cannot_start(words.front(), errno);
  const ChildSide side{argv.data(), envp.data(),      call.directory.c_str(), call.input.c_str(),
                       ::getpid(),  output.writing(), error.writing(),        fault.writing()};
  std::unique_lock lock(sessions_mutex);  // so that a child that ends at once is known before anyone looks for orphans
  const pid_t pid = ::fork();
  if (pid < 0) return cannot_start(words.front(), errno);
  if (pid == 0) become(side);
  sessions().insert(pid);
  lock.unlock();
  output.close_writing();
  error.close_writing();
  fault.close_writing();
  ChildProcess child(pid, output.keep_reading(), error.keep_reading());
  int reason = 0;
  ssize_t told = 0;
  do {
    told = ::read(fault.reading(), &reason, sizeof reason);
  } while (told < 0 && errno == EINTR);
  if (told == static_cast<ssize_t>(sizeof reason)) return cannot_start(words.front(), reason);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      output_(std::exchange(other.output_, -1)),
      error_(std::exchange(other.error_, -1)),
      status_(other.status_),
      ended_(other.ended_) {}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    send(SIGKILL);
    while (!ended_ && ::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    while (::waitpid(-pid_, nullptr, WNOHANG) > 0) {
    }
    const std::lock_guard lock(sessions_mutex);
    sessions().erase(pid_);
  }
  if (output_ >= 0) ::close(output_);
  if (error_ >= 0) ::close(error_);
}

bool ChildProcess::read(std::chrono::milliseconds timeout, std::string& standard_output, std::string& standard_error) {
  std::array<pollfd, 2> pipes{{{output_, POLLIN, 0}, {error_, POLLIN, 0}}};  // a negative one is passed over
  if (output_ < 0 && error_ < 0) return false;
  if (::poll(pipes.data(), pipes.size(), static_cast<int>(timeout.count())) > 0) {
    if (pipes[0].revents != 0) read_some(output_, standard_output);
    if (pipes[1].revents != 0) read_some(error_, standard_error);
  }
  return output_ >= 0 || error_ >= 0;
}

bool ChildProcess::has_ended() {
  while (!ended_) {
    const pid_t ended = ::waitpid(pid_, &status_, WNOHANG);
    if (ended == pid_) ended_ = true;
    if (ended < 0 && errno == EINTR) continue;
    if (ended < 0 && errno == ECHILD) ended_ = true;  // someone else took its status
    break;
  }
  return ended_;
}

bool ChildProcess::has_descendants() const {
  while (ended_ && ::waitpid(-pid_, nullptr, WNOHANG) > 0) {
  }
  return ::kill(-pid_, 0) == 0;
}

void ChildProcess::send(int signal) const { ::kill(-pid_, signal); }

std::size_t ChildProcess::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  if (!(file >> total_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void adopt_orphans() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, as some parents leave it, it would take every exit status
}

void reap_orphans() {
  siginfo_t ended{};
  if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;  // nobody has
  std::error_code fault;
  for (std::filesystem::directory_iterator entry("/proc", fault), end; !fault && entry != end; entry.increment(fault)) {
    const pid_t pid = static_cast<pid_t>(std::atol(entry->path().filename().c_str()));
    if (pid <= 0) continue;
    std::ifstream file(entry->path() / "stat");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    char state = 0;
    pid_t parent = 0;
    pid_t group = 0;
    if (!(fields >> state >> parent >> group) || state != 'Z' || parent != ::getpid()) continue;
    const std::lock_guard lock(sessions_mutex);
    if (sessions().count(group) == 0) ::waitpid(pid, nullptr, WNOHANG);
  }
}

}  // namespace ssem::api::jobs
