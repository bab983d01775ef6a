// What a recommendation says to other tuners (OpenAPI: tuner_prior).
#pragma once

#include "advisor/json/text_writer.h"
#include "advisor/recommendation.h"

namespace ssem::advisor::json {

// A field of the recommendation's object; nothing where there is no loss weight to tune.
void write_tuner_prior(TextWriter& out, const Recommendation& recommendation);

}  // namespace ssem::advisor::json
