// The loss that a spec asks for.
#pragma once

#include "trainer/loss/supcl_options.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

inline SupclOptions loss_options(const TrainSpec& spec) {
  SupclOptions options;
  options.convention = spec.problem.convention;
  options.reduction = spec.problem.reduction;
  options.loss_weight = spec.loss_weight;
  options.temperature = spec.temperature;
  if (spec.precision == Precision::tf32) options.precision = MatrixPrecision::tf32;
  if (spec.precision == Precision::bfloat16) options.precision = MatrixPrecision::bfloat16;
  return options;
}

}  // namespace ssem::trainer
