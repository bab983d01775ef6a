// Token buckets by name (an address, a key): so many at once, then so many a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace ssem::api::http {

// Thread safe. Its memory is bounded: beyond kMostNames the ones that could start anew are forgotten, or else all.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  static constexpr std::size_t kMostNames = 10'000;

  // A bucket holds `burst` and gets `per_second` back.
  RateLimiter(double per_second, double burst) : per_second_(per_second), burst_(burst) {}

  // Takes one. Zero when it was there; else nothing is taken, and one is there after the time returned.
  Seconds take(const std::string& name, Clock::time_point now);

  // The same without taking.
  Seconds wait(const std::string& name, Clock::time_point now) const;

 private:
  struct Bucket {
    double left;
    Clock::time_point since;
  };

  double left(const Bucket& bucket, Clock::time_point now) const;
  void make_room(Clock::time_point now);

  const double per_second_;
  const double burst_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace ssem::api::http
