// A bound on the bytes that all clients together make the server hold.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace ssem::api::http {

// Thread safe; outlives its shares.
class ByteBudget {
 public:
  // Gives its bytes back when it goes.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() {
      if (budget_ != nullptr) budget_->held_ -= bytes_;
    }

    // Makes it `bytes` in all; false, and nothing is changed, when the budget has no more. One share alone may be
    // larger than the budget: nothing else would ever get a thing of that size through.
    bool grow_to(ByteBudget& budget, std::size_t bytes) {
      if (bytes <= bytes_) return true;
      const std::size_t more = bytes - bytes_;
      const std::size_t before = budget.held_.fetch_add(more);
      if (before + more > budget.most_ && before != bytes_) {
        budget.held_ -= more;
        return false;
      }
      budget_ = &budget;
      bytes_ = bytes;
      return true;
    }

   private:
    ByteBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

  explicit ByteBudget(std::size_t most) : most_(most) {}
  std::size_t held() const { return held_; }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> held_{0};
};

}  // namespace ssem::api::http
