// The certificate and its key, as ssem serve would read them.
#pragma once

#include <optional>
#include <string>

#include "api/cli/operate/doctor/finding.h"

namespace ssem::api::cli {

// Nothing where neither is named.
std::optional<Finding> check_certificate(const std::string& certificate_file, const std::string& key_file);

}  // namespace ssem::api::cli
