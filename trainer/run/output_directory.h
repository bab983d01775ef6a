// The folder a run writes to, made and tried before any training.
#pragma once

#include <string>

#include "advisor/result.h"

namespace ssem::trainer {

// Makes the folder and its parents, and writes and removes a file in it. Returns the path. Errors name
// /output_directory and the system's reason.
Result<std::string> prepare_output_directory(const std::string& path);

}  // namespace ssem::trainer
