// What a recommendation says of goals (contract: expected_in_training, goals, choices).
#pragma once

#include <string>

#include "advisor/json/text_writer.h"
#include "advisor/recommendation.h"

namespace ssem::advisor::json {

void write(TextWriter& out, const ExpectedInTraining& expected);

// Fields of the recommendation's object.
void write_goals(TextWriter& out, const Recommendation& recommendation);

// The table of goals with its evidence, as it stands.
std::string goals_text();

}  // namespace ssem::advisor::json
