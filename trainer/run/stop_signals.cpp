#include "trainer/run/stop_signals.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigaction and kill are POSIX

namespace ssem::trainer {
namespace {

StopFlag stop{false};
static_assert(StopFlag::is_always_lock_free, "a signal handler sets it");

void ask_to_stop(int) { stop = true; }

}  // namespace

StopFlag& stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
  return stop;
}

}  // namespace ssem::trainer
