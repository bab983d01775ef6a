// One run, several listeners.
#pragma once

#include <vector>

#include "trainer/events/events.h"

namespace ssem::trainer {

// Tells each in turn. The sinks must outlive it.
class EventSinks : public EventSink {
 public:
  void add(EventSink& sink) { sinks_.push_back(&sink); }

  void started(const std::string& device, std::optional<std::int64_t> total_steps) override {
    for (EventSink* sink : sinks_) sink->started(device, total_steps);
  }
  void progress(const Progress& progress) override {
    for (EventSink* sink : sinks_) sink->progress(progress);
  }
  void checkpoint(std::int64_t step, const std::string& path) override {
    for (EventSink* sink : sinks_) sink->checkpoint(step, path);
  }

 private:
  std::vector<EventSink*> sinks_;
};

}  // namespace ssem::trainer
