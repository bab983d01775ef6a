// Linear layers with a ReLU after each, on flattened examples. Names: 0.weight, 0.bias, 2.weight, as in a Sequential.
#pragma once

#include "trainer/models/trunk.h"

namespace ssem::trainer {

class Mlp : public Trunk {
 public:
  Mlp(std::int64_t columns, const std::vector<std::int64_t>& hidden, at::Generator& generator);
  at::Tensor forward(const at::Tensor& input, const PassOptions& pass) const override;
  std::int64_t features() const override { return features_; }
  void collect(const std::string& prefix, NamedTensors& tensors) const override;

 private:
  std::vector<Linear> layers_;
  std::int64_t features_;
};

}  // namespace ssem::trainer
