// An audit for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/cli/text/text_style.h"

namespace ssem::api::cli {

// Of a report as ssem-train gives it; what is not there is left out.
std::string audit_report(const nlohmann::ordered_json& report, const TextStyle& style);

}  // namespace ssem::api::cli
