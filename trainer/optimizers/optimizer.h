// How gradients move parameters.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "trainer/models/layers.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // Moves every parameter against its gradient.
  virtual void step(double learning_rate) = 0;
  // What must be kept to go on as if never interrupted: optimizer.*, shared handles.
  virtual NamedTensors state() const = 0;
};

// `tensors`: those that are trained become parameters; they must be on their device already.
//  sgd    v <- momentum v + g + weight_decay p,  p <- p - rate v             (PyTorch's SGD, no dampening)
//  adamw  p <- p - rate weight_decay p, then Adam with beta .9 and .999, epsilon 1e-8     (Loshchilov and Hutter, 2019)
std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec, const NamedTensors& tensors);

}  // namespace ssem::trainer
