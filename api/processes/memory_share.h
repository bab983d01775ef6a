// The memory that several children may take together.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <mutex>

namespace ssem::api::processes {

// Thread safe.
class MemoryShare {
 public:
  explicit MemoryShare(std::size_t bytes) : bytes_(bytes) {}

  // Tells what a child takes now. True when all take more than there is and none takes more than this one.
  bool must_go(pid_t child, std::size_t bytes);
  void leave(pid_t child);

  // Has a child leave at its end.
  class Guest {
   public:
    Guest(MemoryShare* share, pid_t child) : share_(share), child_(child) {}
    ~Guest() {
      if (share_ != nullptr) share_->leave(child_);
    }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

   private:
    MemoryShare* share_;
    pid_t child_;
  };

 private:
  const std::size_t bytes_;
  std::mutex mutex_;
  std::map<pid_t, std::size_t> taken_;
};

}  // namespace ssem::api::processes
