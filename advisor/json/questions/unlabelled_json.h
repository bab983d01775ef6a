// Advice without labels as JSON (api/README.md, section 2).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "advisor/recommend/unlabelled/unlabelled_advice.h"
#include "advisor/result.h"

namespace ssem::advisor::json {

// Whether a request has `labels: false`: then it is read here, of evaluations and recommendations alike.
bool says_no_labels(const nlohmann::ordered_json& body);

enum class TemperatureNeed { required, optional };
Result<UnlabelledRequest> read_unlabelled_request(const nlohmann::ordered_json& body, TemperatureNeed need);

// The answer to such a request as JSON text.
Result<std::string> unlabelled_answer(const nlohmann::ordered_json& body, TemperatureNeed need);

std::string to_text(const UnlabelledAdvice& advice);

}  // namespace ssem::advisor::json
