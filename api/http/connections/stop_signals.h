// SIGINT and SIGTERM, taken by one waiting thread: the first asks for an end, the second ends at once. SIGHUP asks for
// settings to be read anew, or for an end when the terminal that the process was started from has gone; it is left
// alone where the process was started to ignore it (nohup).
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace ssem::api::http {

// Before any thread starts, so that all of them inherit the blocked signals.
void block_stop_signals();

// Waits for the signals as long as it lives; what `stop` uses must outlive it.
class StopSignals {
 public:
  using Stop = std::function<void(const char* signal_name)>;
  // `reload` and `stop` run on the waiting thread. When the object still lives `grace` after it returned, `give_up`
  // runs.
  StopSignals(Stop stop, std::function<void()> reload, std::chrono::milliseconds grace, std::function<void()> give_up);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  std::thread thread_;
};

}  // namespace ssem::api::http
