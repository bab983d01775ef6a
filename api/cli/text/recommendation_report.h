// A recommendation as a report for people.
#pragma once

#include <string>

#include "advisor/recommendation.h"
#include "api/cli/text/text_style.h"

namespace ssem::api::cli {

std::string recommendation_report(const advisor::Recommendation& recommendation, const TextStyle& style);

// The first line.
std::string recommendation_verdict(const advisor::Recommendation& recommendation);

}  // namespace ssem::api::cli
