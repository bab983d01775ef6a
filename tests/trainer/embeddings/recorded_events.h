// An event sink that remembers.
#pragma once

#include <string>
#include <vector>

#include "trainer/events/events.h"

namespace ssem::trainer {

struct RecordedEvents : EventSink {
  void started(const std::string& device, std::optional<std::int64_t>) override { devices.push_back(device); }
  void progress(const Progress& progress) override { told.push_back(progress); }
  void checkpoint(std::int64_t, const std::string& path) override { paths.push_back(path); }

  std::vector<std::string> devices, paths;
  std::vector<Progress> told;
};

}  // namespace ssem::trainer
