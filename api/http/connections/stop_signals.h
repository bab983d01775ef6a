// SIGINT, SIGTERM and SIGHUP, taken by one waiting thread: the first asks for an end, the second ends at once. SIGHUP,
// which the end of a terminal sends, is left alone where the process was started to ignore it (nohup).
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
  // `stop` runs on the waiting thread. When the object still lives `grace` after it returned, `give_up` runs.
  StopSignals(Stop stop, std::chrono::milliseconds grace, std::function<void()> give_up);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  std::thread thread_;
};

}  // namespace ssem::api::http
