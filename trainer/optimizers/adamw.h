// Adam with decoupled weight decay.
#pragma once

#include "trainer/optimizers/optimizer.h"

namespace ssem::trainer {

class AdamW : public Optimizer {
 public:
  AdamW(const OptimizerSpec& spec, NamedTensors parameters);
  void step(double learning_rate) override;
  NamedTensors state() const override;

 private:
  double weight_decay_;
  NamedTensors parameters_, means_, squares_;
  at::Tensor steps_;  // int64, on the CPU
};

}  // namespace ssem::trainer
