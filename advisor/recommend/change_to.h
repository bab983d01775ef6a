// For who trains already: where that leaves the classes, and what to change.
#pragma once

#include "advisor/recommendation.h"

namespace ssem::advisor {

// Sets `you` and `change_to` of the answer to `request`, whose `what_to_type` is there.
void add_change(const RecommendationRequest& request, Recommendation& answer);

// The request without its library: for the loss with a loss weight of its own that is nearest to the library's.
RecommendationRequest without_library(const RecommendationRequest& request);

}  // namespace ssem::advisor
