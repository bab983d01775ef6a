// Events of a run as JSON, one object a line (trainer/README.md).
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "trainer/events/events.h"

namespace ssem::trainer {

// Each line is written whole and at once. time_s counts from the construction. Progress comes at most ten times a
// second; the last one before another event is never left out. When a line cannot be written (the reader has gone, the
// disk is full), `stop` is set, nothing more is written, and broken() says so.
class JsonEvents : public EventSink {
 public:
  JsonEvents(int descriptor, StopFlag& stop) : descriptor_(descriptor), stop_(stop) {}

  void started(const std::string& device, std::optional<std::int64_t> total_steps) override;
  void progress(const Progress& progress) override;
  void checkpoint(std::int64_t step, const std::string& path) override;
  void finished(const nlohmann::ordered_json& report);
  // `report`: what is known although the run did not end, or null.
  void failed(const Error& error, const nlohmann::ordered_json& report);

  bool broken() const { return broken_; }

 private:
  using Clock = std::chrono::steady_clock;

  nlohmann::ordered_json event(std::string_view name) const;
  void write(const nlohmann::ordered_json& event);
  void write_progress(const Progress& progress);
  void write_waiting();

  int descriptor_;
  StopFlag& stop_;
  Clock::time_point begin_ = Clock::now();
  std::optional<Clock::time_point> last_progress_;
  std::optional<Progress> waiting_;  // held back, ten a second being enough
  bool broken_ = false;
};

}  // namespace ssem::trainer
