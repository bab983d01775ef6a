#include "api/cli/trainer_process.h"

#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction and kill are POSIX
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "api/cli/line_reader.h"
#include "api/files/write_all.h"
#include "api/jobs/trainer_path.h"

namespace ssem::api::cli {
namespace {

constexpr std::size_t kMaxEventBytes = 64U << 20U;  // a report of a million classes

std::atomic<pid_t> running_trainer{0};
static_assert(std::atomic<pid_t>::is_always_lock_free, "a signal handler reads it");

void pass_on(int) {
  const int saved = errno;
  const pid_t child = running_trainer;
  if (child > 0) ::kill(child, SIGTERM);
  errno = saved;
}

// While it lives, SIGINT and SIGTERM reach the trainer and not this process.
class SignalsPassedOn {
 public:
  explicit SignalsPassedOn(pid_t child) {
    running_trainer = child;
    struct sigaction action {};
    action.sa_handler = pass_on;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, &old_interrupt_);
    ::sigaction(SIGTERM, &action, &old_terminate_);
  }
  ~SignalsPassedOn() {
    ::sigaction(SIGINT, &old_interrupt_, nullptr);
    ::sigaction(SIGTERM, &old_terminate_, nullptr);
    running_trainer = 0;
  }
  SignalsPassedOn(const SignalsPassedOn&) = delete;
  SignalsPassedOn& operator=(const SignalsPassedOn&) = delete;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

class Pipe {
 public:
  Pipe() { made_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool made() const { return made_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool made_ = false;
};

Error cannot_start(const std::string& path, int fault) {
  return {ErrorCode::unavailable, "cannot start " + path + ": " + std::strerror(fault), {}};
}

// The child's pid, or an error.
Result<pid_t> start(const std::string& path, const TrainerCall& call, const Pipe& input, const Pipe& output) {
  std::vector<std::string> words{path};
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (call.input) posix_spawn_file_actions_adddup2(&actions, input.reading(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
  sigset_t restored;
  sigemptyset(&restored);
  sigaddset(&restored, SIGPIPE);  // ignored here, and ignoring would be inherited
  posix_spawnattr_setsigdefault(&attributes, &restored);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int fault = ::posix_spawn(&child, path.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) return cannot_start(path, fault);
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return kTrainerFailed;
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  std::cerr << "ssem: ssem-train was ended by signal " << signal << " (" << ::strsignal(signal) << ")"
            << (signal == SIGKILL ? "; the system does that when memory runs out" : "") << '\n';
  return kTrainerFailed;
}

}  // namespace

Result<int> run_trainer(const TrainerCall& call, const std::function<bool(std::string_view line)>& on_line) {
  const auto path = jobs::find_trainer();
  if (!path) return path.error();
  Pipe input;
  Pipe output;
  if (!input.made() || !output.made()) return cannot_start(path.value(), errno);
  const auto child = start(path.value(), call, input, output);
  if (!child) return child.error();
  const SignalsPassedOn signals(child.value());
  input.close_end(0);
  output.close_end(1);
  // The trainer reads its whole spec before it writes anything, so this cannot lock both up.
  if (call.input) write_all(input.writing(), *call.input);
  input.close_end(1);
  LineReader lines(output.reading(), kMaxEventBytes);
  while (lines.next() == LineReader::Next::line) {
    if (on_line(lines.text())) continue;
    ::kill(child.value(), SIGTERM);
    break;
  }
  output.close_end(0);
  return wait_for(child.value());
}

int trainer_missing(const Error& error) {
  std::cerr << "ssem: " << error.message << '\n';
  return kTrainerFailed;
}

}  // namespace ssem::api::cli
