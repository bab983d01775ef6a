// A bounded number of things at the same time: event streams, audits.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace ssem::api::http {

// Hands out slots while fewer than `most` are taken. Thread safe; slots may outlive it.
class SlotLimiter {
 public:
  // Gives itself back when its last copy is gone.
  using Slot = std::shared_ptr<void>;

  explicit SlotLimiter(std::size_t most) : most_(most) {}

  // Null when all are taken.
  Slot take() const {
    if (taken_->fetch_add(1) < most_) return Slot(taken_.get(), [taken = taken_](void*) { --*taken; });
    --*taken_;
    return {};
  }

 private:
  std::size_t most_;
  std::shared_ptr<std::atomic<std::size_t>> taken_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace ssem::api::http
