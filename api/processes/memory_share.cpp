#include "api/processes/memory_share.h"

#include <algorithm>

namespace ssem::api::processes {

bool MemoryShare::must_go(pid_t child, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  taken_[child] = bytes;
  std::size_t sum = 0;
  std::size_t most = 0;
  for (const auto& [other, taken] : taken_) {
    sum += taken;
    most = std::max(most, taken);
  }
  return sum > bytes_ && bytes == most;
}

void MemoryShare::leave(pid_t child) {
  const std::lock_guard lock(mutex_);
  taken_.erase(child);
}

}  // namespace ssem::api::processes
