// Where ssem-train is.
#pragma once

#include <string>

#include "advisor/result.h"

namespace ssem::api::processes {

// $SSEM_TRAIN, else the ssem-train beside this executable. Errors: there is none that can be executed.
Result<std::string> find_trainer();

}  // namespace ssem::api::processes
