// Tensors in files of torch.save: a zip of one pickle, data.pkl, and the bytes of each storage, data/N.
#pragma once

#include <string>

#include "advisor/result.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

// What such a file holds: a tensor (named "tensor"), a dict of them by their names (dicts inside as "outer.inner"), or
// a tuple or list of them (arr_0, arr_1, ...). Also read: numpy's arrays, lists of words or numbers. Anything else in
// a dict is kept as ElementType::other. Storages of float32, float64, float16, bfloat16, bool, int8 to int64, uint8,
// with any offset and strides. No code is run. Errors name the file, and the tensor or the byte: the form of before
// PyTorch 1.6, TorchScript, names of anything but tensors, tensors that leave their storage or repeat it.
Result<NamedArrays> read_torch(const std::string& path);

}  // namespace ssem::trainer
