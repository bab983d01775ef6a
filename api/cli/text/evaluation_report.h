// An evaluation as a report for people.
#pragma once

#include "advisor/evaluation.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {

// Everything: verdict, numbers, warnings.
std::string evaluation_report(const advisor::Evaluation& evaluation, const TextStyle& style);

// The parts, for reports that hold more.
void add_problem(Report& report, const advisor::Problem& problem);
void add_prediction(Report& report, const advisor::Evaluation& evaluation);
void add_warnings(Report& report, const advisor::Evaluation& evaluation);

// The first line, such as "No collapse at loss weight 0.5 ...: within-class variance 0.449 of at most 0.982."
std::string evaluation_verdict(const advisor::Evaluation& evaluation);

// "loss weight 0.12 (weight of the self-supervised term)", or without one where the convention has none.
std::string point_text(const advisor::Evaluation& evaluation);

}  // namespace ssem::api::cli
