// Why a loss is not a finite number, as far as the tensors tell.
#pragma once

#include <cstdint>

#include "advisor/result.h"
#include "trainer/models/layers.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Looks at parameters and gradients. `step` counts from 0, `rate` is the learning rate in force. The code is `failed`'s
// own: the spec was right, its training was not.
Error loss_fault(const TrainSpec& spec, const NamedTensors& tensors, std::int64_t step, double rate);

}  // namespace ssem::trainer
