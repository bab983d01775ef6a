// Random numbers of one step: the same whatever came before, so that a resumed run draws what the whole one would have.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "advisor/numeric/split_mix.h"

namespace ssem::trainer {

// A well-mixed seed for `index` of `stream`: neighbours have nothing in common.
constexpr std::uint64_t mixed_seed(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  constexpr std::uint64_t kIndexStep = 0xD1B54A32D192ED03ULL;  // another odd number, so that index and stream differ
  return advisor::split_mix_output(seed + advisor::kSplitMixStep * (stream + 1) + kIndexStep * (index + 1));
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
