// Whether a folder can keep a database and jobs: space, locks, kind of file system.
#pragma once

#include <string>
#include <vector>

#include "api/cli/operate/doctor/finding.h"

namespace ssem::api::cli {

// Of the folder, or of the nearest one above it that is there. Makes a file in it and removes it.
std::vector<Finding> check_folder(const std::string& folder);

}  // namespace ssem::api::cli
