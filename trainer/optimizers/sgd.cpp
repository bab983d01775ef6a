#include "trainer/optimizers/sgd.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>

#include <utility>

namespace ssem::trainer {

Sgd::Sgd(const OptimizerSpec& spec, NamedTensors parameters)
    : momentum_(spec.momentum), weight_decay_(spec.weight_decay), parameters_(std::move(parameters)) {
  for (const NamedTensor& entry : parameters_) {
    velocities_.push_back({"optimizer.velocity." + entry.name, at::zeros_like(entry.tensor.detach()), false});
  }
}

void Sgd::step(double learning_rate) {
  const at::NoGradGuard no_gradient;
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const at::Tensor& parameter = parameters_[k].tensor;
    const at::Tensor gradient = parameter.grad();
    if (!gradient.defined()) continue;
    const at::Tensor& velocity = velocities_[k].tensor;
    velocity.mul_(momentum_).add_(gradient);
    if (weight_decay_ > 0) velocity.add_(parameter, weight_decay_);
    parameter.add_(velocity, -learning_rate);
  }
}

}  // namespace ssem::trainer
