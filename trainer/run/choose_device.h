// The device that a spec's word means on this machine.
#pragma once

#include <c10/core/Device.h>

#include <string>

#include "advisor/result.h"

namespace ssem::trainer {

// "auto" is the first CUDA device where there is one that works, else the CPU. Errors name /device and what is there.
Result<c10::Device> choose_device(const std::string& name);

}  // namespace ssem::trainer
