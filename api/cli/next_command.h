// The command to type after an answer, with the problem as it was given.
#pragma once

#include <string>

#include "advisor/evaluation.h"
#include "api/cli/request_flags.h"
#include "api/cli/text/brief_report.h"

namespace ssem::api::cli {

// After a recommendation: train with it.
NextCommand command_after_recommendation(const GivenFields& given, const advisor::Evaluation& point);

// After an evaluation: train with the point, or ask for a better one where it collapses or views split.
NextCommand command_after_evaluation(const GivenFields& given, const advisor::Evaluation& point);

}  // namespace ssem::api::cli
