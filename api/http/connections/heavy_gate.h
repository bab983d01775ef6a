// Lets few requests compute for long at the same time, so that the others find a core and a thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace ssem::api::http {

// Copies share their places. Thread safe.
class HeavyGate {
 public:
  // Gives its place to the next one when its last copy is gone.
  using Place = std::shared_ptr<void>;

  // `most` inside; `most_waiting` wait, `patience` at most.
  HeavyGate(std::size_t most, std::size_t most_waiting, std::chrono::milliseconds patience)
      : most_waiting_(most_waiting), patience_(patience), state_(std::make_shared<State>(most)) {}

  // Null: no place came free in time, or too many wait already.
  Place enter() const {
    std::unique_lock lock(state_->mutex);
    if (state_->free == 0) {
      if (state_->waiting >= most_waiting_) return {};
      ++state_->waiting;
      const bool is_free = state_->changed.wait_for(lock, patience_, [this] { return state_->free > 0; });
      --state_->waiting;
      if (!is_free) return {};
    }
    --state_->free;
    return {state_.get(), [state = state_](void*) {
              const std::lock_guard leaving(state->mutex);
              ++state->free;
              state->changed.notify_one();
            }};
  }

 private:
  struct State {
    explicit State(std::size_t places) : free(places) {}
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t free;
    std::size_t waiting = 0;
  };

  std::size_t most_waiting_;
  std::chrono::milliseconds patience_;
  std::shared_ptr<State> state_;
};

}  // namespace ssem::api::http
