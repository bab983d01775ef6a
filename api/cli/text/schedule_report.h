// An evaluation over a temperature schedule as text.
#pragma once

#include <string>

#include "advisor/recommend/schedule/schedule_evaluation.h"
#include "api/cli/text/brief_report.h"

namespace ssem::api::cli {

BriefReport brief_report(const advisor::ScheduleEvaluation& evaluation);
std::string schedule_report(const advisor::ScheduleEvaluation& evaluation, const TextStyle& style);

}  // namespace ssem::api::cli
