// Whether a server could listen on its address.
#pragma once

#include <string>

#include "api/cli/operate/doctor/finding.h"

namespace ssem::api::cli {

// A port that a server of ours has is something to know, one that another program has is wrong.
Finding check_port(const std::string& host, int port);

}  // namespace ssem::api::cli
