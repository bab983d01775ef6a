// The programs themselves: versions, ssem-train with its libraries, and GPUs.
#pragma once

#include "api/cli/operate/doctor/finding.h"

namespace ssem::api::cli {

Finding check_program();

// Runs ssem-train --version, which measures its BLAS for a moment.
Finding check_trainer();

Finding check_gpus();

// Whether jobs on the CPU and audits can be kept in their folders.
Finding check_confinement();

}  // namespace ssem::api::cli
