// Stochastic gradient descent with momentum.
#pragma once

#include "trainer/optimizers/optimizer.h"

namespace ssem::trainer {

class Sgd : public Optimizer {
 public:
  Sgd(const OptimizerSpec& spec, NamedTensors parameters);
  void step(double learning_rate) override;
  NamedTensors state() const override { return velocities_; }

 private:
  double momentum_, weight_decay_;
  NamedTensors parameters_, velocities_;
};

}  // namespace ssem::trainer
