#include "api/http/access/rate_limiter.h"

#include <algorithm>

namespace ssem::api::http {

double RateLimiter::left(const Bucket& bucket, Clock::time_point now) const {
  return std::min(burst_, bucket.left + per_second_ * Seconds(now - bucket.since).count());
}

void RateLimiter::make_room(Clock::time_point now) {
  if (buckets_.size() < kMostNames) return;
  for (auto entry = buckets_.begin(); entry != buckets_.end();) {
    entry = left(entry->second, now) >= burst_ ? buckets_.erase(entry) : std::next(entry);
  }
  if (buckets_.size() >= kMostNames) buckets_.clear();
}

RateLimiter::Seconds RateLimiter::take(const std::string& name, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  auto known = buckets_.find(name);
  if (known == buckets_.end()) {
    make_room(now);
    known = buckets_.emplace(name, Bucket{burst_, now}).first;
  }
  Bucket& bucket = known->second;
  bucket = {left(bucket, now), now};
  if (bucket.left < 1) return Seconds((1 - bucket.left) / per_second_);
  bucket.left -= 1;
  return Seconds(0);
}

RateLimiter::Seconds RateLimiter::wait(const std::string& name, Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  const auto known = buckets_.find(name);
  if (known == buckets_.end()) return Seconds(0);
  return Seconds(std::max(0.0, 1 - left(known->second, now)) / per_second_);
}

}  // namespace ssem::api::http
