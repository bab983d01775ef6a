// The answer to a request that came with an Idempotency-Key, kept so that the request can be repeated.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "api/studies/timestamp.h"

namespace ssem::api::studies {

struct IdempotencyRecord {
  std::string id;       // of client and key
  std::string request;  // of what was asked
  int status = 0;
  std::string body;
  std::string location;  // of the header Location; empty without
  Timestamp time;
};

// A record older than this counts no more: the key is free again.
inline constexpr std::chrono::hours kIdempotencyLifetime{24};
// More records than this, or more bytes of bodies, make the oldest go earlier. Sixteen clients at the server's full
// speed on 2 cores make about 6,500 records a second: their repeats (ssem_optuna's end after 10 s) find them still.
inline constexpr std::size_t kMostIdempotencyRecords = 100'000;
inline constexpr std::size_t kMostIdempotencyBytes = std::size_t{64} << 20U;

}  // namespace ssem::api::studies
