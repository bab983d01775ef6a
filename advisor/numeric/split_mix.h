// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): bits that look random, as a pure function of a position.
#pragma once

#include <cstdint>

namespace ssem::advisor {

// What the generator's state grows by at each number: 2^64 / golden ratio, odd.
inline constexpr std::uint64_t kSplitMixStep = 0x9E3779B97F4A7C15ULL;

// The generator's output for a state: every bit of `state` reaches every bit of the result. 0 stays 0.
constexpr std::uint64_t split_mix_output(std::uint64_t state) {
  state = (state ^ (state >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  state = (state ^ (state >> 27U)) * 0x94D049BB133111EBULL;
  return state ^ (state >> 31U);
}

// The first number of the generator that is seeded with `seed`.
constexpr std::uint64_t split_mix(std::uint64_t seed) { return split_mix_output(seed + kSplitMixStep); }

}  // namespace ssem::advisor
