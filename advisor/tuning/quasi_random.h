// Numbers that look random and cover space evenly, as a pure function of a seed and an index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "advisor/numeric/split_mix.h"

namespace ssem::advisor::tuning {

// Every bit of `value` reaches every bit of the result.
constexpr std::uint64_t mixed(std::uint64_t value) { return split_mix(value); }

// In [0, 1), with 53 random bits.
constexpr double unit_number(std::uint64_t bits) { return static_cast<double>(bits >> 11U) * 0x1p-53; }

// Point `index` of a sequence in [0, 1)^dimensions: x_j = frac(shift_j + index / g^(j+1)), g the positive root of
// g^(d+1) = g + 1 (Roberts' additive recurrence), the shift drawn from the seed. O(dimensions).
class QuasiRandom {
 public:
  QuasiRandom(std::size_t dimensions, std::uint64_t seed);
  std::vector<double> point(std::uint64_t index) const;

 private:
  std::vector<double> steps_;
  std::vector<double> shift_;
};

}  // namespace ssem::advisor::tuning
