// An evaluation or advice with labels on several levels as JSON (api/README.md, section 2).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "advisor/evaluate/levels/levels_evaluation.h"
#include "advisor/json/questions/unlabelled_json.h"
#include "advisor/result.h"

namespace ssem::advisor::json {

// Whether a request has several levels of labels.
bool says_levels(const nlohmann::ordered_json& body);

// An evaluation where the temperature is required (a loss weight too, where the convention has one); else advice, at
// the customary temperature unless one is given.
Result<LevelsRequest> read_levels_request(const nlohmann::ordered_json& body, TemperatureNeed need);
std::string to_text(const LevelsEvaluation& evaluation);

// The answer to such a request as JSON text.
Result<std::string> levels_answer(const nlohmann::ordered_json& body, TemperatureNeed need);

}  // namespace ssem::advisor::json
