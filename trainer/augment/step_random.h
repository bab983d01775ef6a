// Random numbers of one step: the same whatever came before, so that a resumed run draws what the whole one would have.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ssem::trainer {

// A well-mixed seed for `index` of `stream` (SplitMix64's finaliser): neighbours have nothing in common.
constexpr std::uint64_t mixed_seed(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  std::uint64_t x = seed + 0x9E3779B97F4A7C15ULL * (stream + 1) + 0xD1B54A32D192ED03ULL * (index + 1);
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

// Drawn on the CPU and copied to `device`: equal on every device.
class StepRandom {
 public:
  StepRandom(std::uint64_t seed, c10::Device device);

  at::Tensor uniform(at::IntArrayRef shape, double low, double high);  // float32
  at::Tensor normal(at::IntArrayRef shape);
  at::Tensor chance(at::IntArrayRef shape, double probability);  // bool
  std::int64_t below(std::int64_t end);                          // one integer, 0 .. end - 1

 private:
  at::Generator generator_;
  c10::Device device_;
};

}  // namespace ssem::trainer
