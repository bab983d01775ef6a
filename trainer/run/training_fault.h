// What people are told when LibTorch throws: the cause as far as it is known, without internal text.
#pragma once

#include <exception>

#include "advisor/result.h"

namespace ssem::trainer {

// Memory that ran out says so and what to make smaller; everything else is one sentence. Call it inside the handler.
Error training_fault(const std::exception& thrown);

}  // namespace ssem::trainer
