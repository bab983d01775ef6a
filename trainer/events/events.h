// What a run tells while it goes on. The sink turns it into JSON lines or a progress bar.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace ssem::trainer {

struct Progress {
  double time_s = 0;
  std::int64_t step = 0;
  std::optional<std::int64_t> total_steps;  // absent where a budget in seconds or coming to rest decides
  double loss = 0;
  double within_class_variance = 0;
  double between_class_variance = 0;
  double view_alignment = 0;  // mean cosine of two views of one image
  double learning_rate = 0;
  double images_per_s = 0;
  std::optional<double> eta_s;
  std::optional<double> loss_weight;  // where it is steered
  std::optional<double> temperature;  // of the last step, where it moves
  // What a run that ends by itself waits for: the within-class variance's move over a window, and the most that is
  // rest.
  std::optional<double> moved;
  std::optional<double> tolerance;
};

// Called from the thread that trains.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void started(const std::string& device, std::optional<std::int64_t> total_steps) = 0;
  virtual void progress(const Progress& progress) = 0;
  virtual void checkpoint(std::int64_t step, const std::string& path) = 0;
};

// Set from a signal handler; runs look at it once a step and end early with what they have.
using StopFlag = std::atomic<bool>;

}  // namespace ssem::trainer
