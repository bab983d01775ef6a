// Seeded numbers that are the same with every standard library: only the engine is the standard's.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace ssem::trainer {

class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : engine_(seed) {}

  double uniform() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }  // [0, 1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  // Box and Muller, one of the two.
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ssem::trainer
