// Answers as JSON (api/README.md, section 1), fields in the order of the API's description.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "advisor/evaluation.h"
#include "advisor/phase_diagram.h"
#include "advisor/recommendation.h"

namespace ssem::advisor::json {

// One line of JSON, written directly: a few microseconds. Prefer these to dump(to_json(...)), which builds a tree
// first.
std::string to_text(const Problem& problem);
std::string to_text(const Evaluation& evaluation);
std::string to_text(const Recommendation& recommendation);
std::string to_text(const PhaseDiagram& diagram);

// The same answers as values, to embed in other values.
nlohmann::ordered_json to_json(const Problem& problem);
nlohmann::ordered_json to_json(const Evaluation& evaluation);
nlohmann::ordered_json to_json(const Recommendation& recommendation);
nlohmann::ordered_json to_json(const PhaseDiagram& diagram);

}  // namespace ssem::advisor::json
