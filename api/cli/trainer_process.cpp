#include "api/cli/trainer_process.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction and kill are POSIX
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <utility>

#include "advisor/json/printable_text.h"
#include "api/processes/child_process.h"
#include "api/processes/trainer_path.h"
#include "files/line_reader.h"

namespace ssem::api::cli {
namespace {

using files::LineReader;

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

int exit_code_of(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  std::cerr << "ssem: ssem-train was ended by signal " << signal << " (" << ::strsignal(signal) << ")"
            << (signal == SIGKILL ? "; the system does that when memory runs out" : "") << '\n';
  return kTrainerFailed;
}

}  // namespace

Result<int> run_trainer(const TrainerCall& call, const std::function<bool(std::string_view line)>& on_line) {
  const auto path = processes::find_trainer();
  if (!path) return path.error();
  processes::ChildCall command;
  command.words = {path.value()};
  command.words.insert(command.words.end(), call.arguments.begin(), call.arguments.end());
  command.input.clear();
  command.input_text = call.input;
  command.ground = processes::Ground::foreground;
  auto started = processes::ChildProcess::start(command);
  if (!started) return started.error();
  processes::ChildProcess child = std::move(started).value();
  const SignalsPassedOn signals(child.pid());
  LineReader lines(child.output(), kMaxEventBytes);
  while (lines.next() == LineReader::Next::line) {
    if (on_line(lines.text())) continue;
    child.send(SIGTERM);
    break;
  }
  child.close_output();
  child.wait();
  return exit_code_of(child.status());
}

int trainer_missing(const Error& error) {
  std::cerr << "ssem: " << advisor::json::printable_lines(error.message) << '\n';
  return kTrainerFailed;
}

}  // namespace ssem::api::cli
