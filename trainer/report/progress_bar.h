// The progress of a run for people, on one line of a terminal.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "trainer/events/events.h"

namespace ssem::trainer {

// At most `width` columns: what does not fit is left out, the least important first.
std::string progress_line(const Progress& progress, std::optional<double> predicted_variance, int width);

// Redraws its line on stderr, at most ten times a second, as wide as the terminal is at that moment.
class ProgressBar : public EventSink {
 public:
  explicit ProgressBar(std::optional<double> predicted_variance) : predicted_variance_(predicted_variance) {}
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void started(const std::string& device, std::optional<std::int64_t> total_steps) override;
  void progress(const Progress& progress) override;
  void checkpoint(std::int64_t step, const std::string& path) override;

 private:
  using Clock = std::chrono::steady_clock;

  void draw(const Progress& progress);

  std::optional<double> predicted_variance_;
  std::optional<Clock::time_point> last_drawn_;
  std::optional<Progress> latest_;
};

}  // namespace ssem::trainer
