#include "trainer/augment/step_random.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>

namespace ssem::trainer {

StepRandom::StepRandom(std::uint64_t seed, c10::Device device)
    : generator_(at::detail::createCPUGenerator(seed)), device_(device) {}

at::Tensor StepRandom::uniform(at::IntArrayRef shape, double low, double high) {
  return at::empty(shape, at::kFloat).uniform_(low, high, generator_).to(device_);
}

at::Tensor StepRandom::normal(at::IntArrayRef shape) {
  return at::empty(shape, at::kFloat).normal_(0, 1, generator_).to(device_);
}

at::Tensor StepRandom::chance(at::IntArrayRef shape, double probability) {
  return at::empty(shape, at::kFloat).uniform_(0, 1, generator_).lt(probability).to(device_);
}

std::int64_t StepRandom::below(std::int64_t end) {
  return at::empty({}, at::kLong).random_(0, end, generator_).item<std::int64_t>();
}

}  // namespace ssem::trainer
