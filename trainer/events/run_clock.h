// When a run tells of its progress, and when its budget is used up.
#pragma once

#include <chrono>
#include <optional>

#include "trainer/events/events.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

class RunClock {
 public:
  RunClock(const BudgetSpec& budget, const StopFlag& stop) : budget_(budget), stop_(stop) {}

  double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  bool cancelled() const { return stop_.load(); }
  bool out_of_time() const { return budget_.seconds && elapsed_s() >= *budget_.seconds; }

  // True about twice a second, and the first time.
  bool tells() {
    const auto now = Clock::now();
    if (told_ && now - *told_ < std::chrono::milliseconds(500)) return false;
    told_ = now;
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  const BudgetSpec& budget_;
  const StopFlag& stop_;
  Clock::time_point start_ = Clock::now();
  std::optional<Clock::time_point> told_;
};

}  // namespace ssem::trainer
