#include "trainer/optimizers/optimizer.h"

#include "trainer/optimizers/adamw.h"
#include "trainer/optimizers/sgd.h"

namespace ssem::trainer {

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec, const NamedTensors& tensors) {
  NamedTensors parameters;
  for (const NamedTensor& entry : tensors) {
    if (entry.trained) parameters.push_back(entry);
  }
  if (spec.kind == "adamw") return std::make_unique<AdamW>(spec, std::move(parameters));
  return std::make_unique<Sgd>(spec, std::move(parameters));
}

}  // namespace ssem::trainer
