// Advice without labels as text.
#pragma once

#include <string>

#include "advisor/recommend/unlabelled/unlabelled_advice.h"
#include "api/cli/text/brief_report.h"

namespace ssem::api::cli {

BriefReport brief_report(const advisor::UnlabelledAdvice& advice);
std::string unlabelled_report(const advisor::UnlabelledAdvice& advice, const TextStyle& style);

}  // namespace ssem::api::cli
