// An evaluation over a temperature schedule as JSON (api/README.md, section 2).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "advisor/recommend/schedule/schedule_evaluation.h"
#include "advisor/result.h"

namespace ssem::advisor::json {

// Whether an evaluation has a schedule in place of its temperature.
bool says_schedule(const nlohmann::ordered_json& body);

Result<ScheduleRequest> read_schedule_request(const nlohmann::ordered_json& body);
std::string to_text(const ScheduleEvaluation& evaluation);

// The answer to such a request as JSON text.
Result<std::string> schedule_answer(const nlohmann::ordered_json& body);

}  // namespace ssem::advisor::json
