// What the server keeps: the database, the data folder and the artifacts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/cli/operate/doctor/finding.h"

namespace ssem::api::cli {

// Opens the database as the server would, but makes nothing. `path` is empty for studies in memory.
std::vector<Finding> check_storage(const std::string& path);

Finding check_data_folder(const std::string& path);

Finding check_artifact_folder(const std::string& path, std::uint64_t most_mib);

}  // namespace ssem::api::cli
