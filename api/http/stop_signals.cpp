#include "api/http/stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <utility>

namespace ssem::api::http {
namespace {

constexpr int kSecondSignalExitCode = 130;
constexpr int kEndOfWatch = SIGUSR1;  // sent by the destructor to the waiting thread only

sigset_t watched_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, kEndOfWatch);
  return signals;
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

StopSignals::StopSignals(std::function<void()> stop, std::chrono::milliseconds grace, std::function<void()> give_up) {
  thread_ = std::thread([stop = std::move(stop), grace, give_up = std::move(give_up)] {
    const sigset_t signals = watched_signals();
    if (sigwaitinfo(&signals, nullptr) == kEndOfWatch) return;
    stop();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(grace);
    const timespec limit{seconds.count(), std::chrono::nanoseconds(grace - seconds).count()};
    const int next = sigtimedwait(&signals, nullptr, &limit);
    if (next == kEndOfWatch) return;
    if (next > 0) _exit(kSecondSignalExitCode);
    give_up();
  });
}

}  // namespace ssem::api::http
