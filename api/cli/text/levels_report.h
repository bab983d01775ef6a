// An evaluation with labels on several levels as text.
#pragma once

#include <string>

#include "advisor/evaluate/levels/levels_evaluation.h"
#include "api/cli/text/brief_report.h"

namespace ssem::api::cli {

BriefReport brief_report(const advisor::LevelsEvaluation& evaluation);
std::string levels_report(const advisor::LevelsEvaluation& evaluation, const TextStyle& style);

}  // namespace ssem::api::cli
