// Tensors as files hold them, and back.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/data/array.h"

namespace ssem::trainer {

// float32, float64, uint8, int32 and int64 tensors of any device.
Array to_array(const at::Tensor& tensor);
at::Tensor to_tensor(const Array& array);

}  // namespace ssem::trainer
