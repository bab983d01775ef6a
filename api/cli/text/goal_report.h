// What a recommendation says of training and of goals, as text.
#pragma once

#include "advisor/recommendation.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {

// What an encoder is expected to deliver there.
void add_expected(Report& report, const advisor::Evaluation& evaluation);

// What the point means for each goal, and the choices where none is known.
void add_goals(Report& report, const advisor::Recommendation& recommendation);

}  // namespace ssem::api::cli
