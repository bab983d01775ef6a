#include "api/http/connections/stop_signals.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "files/descriptor.h"

namespace ssem::api::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSecondSignalExitCode = 130;
constexpr int kEndOfWatch = SIGUSR1;  // sent by the destructor to the waiting thread only

// nohup and its like have a program ignore the end of its terminal.
bool is_ignored(int signal) {
  struct sigaction current {};
  return sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

sigset_t watched_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (!is_ignored(SIGHUP)) sigaddset(&signals, SIGHUP);
  sigaddset(&signals, kEndOfWatch);
  return signals;
}

// A wait ends early, with EINTR, when the process is stopped and continued (Ctrl-Z and fg, a debugger).
int next_signal(const sigset_t& signals) {
  while (true) {
    const int signal = sigwaitinfo(&signals, nullptr);
    if (signal > 0) return signal;
  }
}

// -1: none came in time.
int next_signal(const sigset_t& signals, Clock::time_point limit) {
  while (true) {
    const auto left = std::max(std::chrono::nanoseconds(limit - Clock::now()), std::chrono::nanoseconds{0});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec wait{seconds.count(), (left - seconds).count()};
    const int signal = sigtimedwait(&signals, nullptr, &wait);
    if (signal > 0 || errno != EINTR) return signal;
  }
}

bool has_terminal() {
  const files::Descriptor terminal(::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  return terminal.is_open();
}

const char* name_of(int signal) {
  if (signal == SIGINT) return "SIGINT";
  return signal == SIGHUP ? "SIGHUP" : "SIGTERM";
}

}  // namespace

void block_stop_signals() {
  const sigset_t signals = watched_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopSignals::~StopSignals() {
  pthread_kill(thread_.native_handle(), kEndOfWatch);
  thread_.join();
}

StopSignals::StopSignals(Stop stop, std::function<void()> reload, std::chrono::milliseconds grace,
                         std::function<void()> give_up) {
  const bool from_terminal = has_terminal();
  thread_ = std::thread(
      [stop = std::move(stop), reload = std::move(reload), grace, give_up = std::move(give_up), from_terminal] {
        const sigset_t signals = watched_signals();
        int first = next_signal(signals);
        while (first == SIGHUP && (!from_terminal || has_terminal())) {
          reload();
          first = next_signal(signals);
        }
        if (first == kEndOfWatch) return;
        stop(name_of(first));
        const int next = next_signal(signals, Clock::now() + grace);
        if (next == kEndOfWatch) return;
        if (next > 0) _exit(kSecondSignalExitCode);
        give_up();
      });
}

}  // namespace ssem::api::http
