// A place among so many at once: event streams, audits.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace ssem::api::http {

// Given back by the destructor. Thread safe.
class Seat {
 public:
  // Null when `most` are taken. `taken` outlives the seat.
  static std::shared_ptr<Seat> take(std::atomic<std::size_t>& taken, std::size_t most) {
    if (taken.fetch_add(1) < most) return std::shared_ptr<Seat>(new Seat(taken));
    --taken;
    return nullptr;
  }
  ~Seat() { --taken_; }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

 private:
  explicit Seat(std::atomic<std::size_t>& taken) : taken_(taken) {}
  std::atomic<std::size_t>& taken_;
};

}  // namespace ssem::api::http
