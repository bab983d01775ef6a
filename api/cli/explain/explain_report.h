// An explanation as text.
#pragma once

#include <string>

#include "advisor/explain/explanation.h"
#include "api/cli/text/brief_report.h"

namespace ssem::api::cli {

BriefReport brief_report(const advisor::Explanation& explanation);
std::string explanation_report(const advisor::Explanation& explanation, const TextStyle& style);

}  // namespace ssem::api::cli
