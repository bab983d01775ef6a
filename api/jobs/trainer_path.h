// Where ssem-train is.
#pragma once

#include <string>

#include "advisor/result.h"

namespace ssem::api::jobs {

// $SSEM_TRAIN, else the ssem-train beside this executable. Errors: there is none that can be executed.
Result<std::string> find_trainer();

}  // namespace ssem::api::jobs
