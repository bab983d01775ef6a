// Sections that several reports have.
#pragma once

#include <vector>

#include "advisor/recommendation.h"
#include "api/cli/text/report.h"

namespace ssem::api::cli {

void add_assumed(Report& report, const std::vector<advisor::Assumption>& assumed);

// A row for each library, a column for each dtype.
void add_numerics(Report& report, const std::vector<advisor::NumericLimit>& numerics);

}  // namespace ssem::api::cli
