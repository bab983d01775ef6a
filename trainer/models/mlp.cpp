#include "trainer/models/mlp.h"

#include <ATen/ops/relu.h>

namespace ssem::trainer {

Mlp::Mlp(std::int64_t columns, const std::vector<std::int64_t>& hidden, at::Generator& generator)
    : features_(hidden.back()) {
  for (const std::int64_t width : hidden) {
    layers_.emplace_back(columns, width, true, generator);
    columns = width;
  }
}

at::Tensor Mlp::forward(const at::Tensor& input, const PassOptions& pass) const {
  at::Tensor x = input.flatten(1);
  for (const Linear& layer : layers_) x = at::relu(layer.forward(x, pass));
  return x;
}

void Mlp::collect(const std::string& prefix, NamedTensors& tensors) const {
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    layers_[k].collect(prefix + std::to_string(2 * k) + '.', tensors);
  }
}

}  // namespace ssem::trainer
