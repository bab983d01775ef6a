// The part of an encoder that is kept after training: examples in, features out.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "trainer/models/layers.h"

namespace ssem::trainer {

class Trunk {
 public:
  virtual ~Trunk() = default;
  // [N, ...example shape] -> [N, features()].
  virtual at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const = 0;
  virtual std::int64_t features() const = 0;
  // All tensors, those of this trunk's own handles: changing their values changes the trunk.
  virtual void collect(const std::string& prefix, NamedTensors& tensors) const = 0;
};

}  // namespace ssem::trainer
