// CIFAR-10 and CIFAR-100 in their binary versions (Krizhevsky, 2009): one label byte, or a coarse and a fine one, then
// 3 x 32 x 32 pixels.
#pragma once

#include "advisor/result.h"
#include "trainer/data/dataset.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

Result<DataSplit> read_cifar10(const DatasetSpec& spec);
// Classes are the coarse labels and the fine ones beside them; where the spec groups fine labels itself, classes are
// the fine labels as yet.
Result<DataSplit> read_cifar100(const DatasetSpec& spec);

}  // namespace ssem::trainer
