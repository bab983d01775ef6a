// Views of table rows: noise on every column, some columns masked.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/augment/step_random.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// `rows` [N, columns] standardised, so noise is in units of each column's standard deviation and a masked column takes
// its mean, 0. Returns new rows.
at::Tensor table_views(const at::Tensor& rows, const AugmentSpec& augment, StepRandom& random);

}  // namespace ssem::trainer
