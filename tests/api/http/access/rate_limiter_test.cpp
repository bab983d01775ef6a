#include "api/http/access/rate_limiter.h"

#include <doctest/doctest.h>

#include <string>

using ssem::api::http::RateLimiter;
using namespace std::chrono_literals;

TEST_CASE("a burst is let through, then so many a second") {
  RateLimiter limiter(2, 3);
  const RateLimiter::Clock::time_point start{};
  for (int i = 0; i < 3; ++i) CHECK(limiter.take("a", start).count() == 0);
  CHECK(limiter.wait("a", start).count() == doctest::Approx(0.5));
  CHECK(limiter.take("a", start).count() == doctest::Approx(0.5));
  CHECK(limiter.take("a", start + 499ms).count() > 0);
  CHECK(limiter.take("a", start + 501ms).count() == 0);
  CHECK(limiter.take("b", start).count() == 0);
  CHECK(limiter.wait("c", start).count() == 0);
}

TEST_CASE("names that come once take no memory for ever, and others do not make a limit forgotten at once") {
  RateLimiter limiter(1, 1);
  const RateLimiter::Clock::time_point start{};
  for (std::size_t i = 0; i + 1 < RateLimiter::kMostNames; ++i) limiter.take(std::to_string(i), start);
  limiter.take("kept", start + 10s);
  limiter.take("one more", start + 10s);
  CHECK(limiter.take("kept", start + 10s).count() > 0);
  CHECK(limiter.take("0", start + 10s).count() == 0);
}
