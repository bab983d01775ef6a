// An event sink that remembers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trainer/events/events.h"

namespace ssem::trainer {

struct RecordedEvents : EventSink {
  void started(const std::string& device, std::optional<std::int64_t> total_steps) override {
    devices.push_back(device);
    planned = total_steps;
  }
  void progress(const Progress& progress) override { told.push_back(progress); }
  void checkpoint(std::int64_t, const std::string& path) override { paths.push_back(path); }

  std::vector<std::string> devices, paths;
  std::optional<std::int64_t> planned;
  std::vector<Progress> told;
};

}  // namespace ssem::trainer
