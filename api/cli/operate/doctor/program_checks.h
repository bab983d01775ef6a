// The programs themselves: versions, ssem-train with its libraries, and GPUs.
#pragma once

#include "api/cli/operate/doctor/finding.h"

namespace ssem::api::cli {

Finding check_program();

// Runs ssem-train --version, which measures its BLAS for a moment.
Finding check_trainer();

Finding check_gpus();

}  // namespace ssem::api::cli
