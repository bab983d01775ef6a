// Answers and errors as JSON (api/README.md, section 1), fields in the order of the API's description.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "advisor/evaluation.h"
#include "advisor/phase_diagram.h"
#include "advisor/recommendation.h"
#include "advisor/result.h"

namespace ssem::advisor::json {

class TextWriter;

// One line of JSON, written directly: a few microseconds. Prefer these to dump(to_json(...)), which builds a tree
// first.
std::string to_text(const Problem& problem);
std::string to_text(const Evaluation& evaluation);
std::string to_text(const Recommendation& recommendation);
std::string to_text(const PhaseDiagram& diagram);

// The body of every status >= 400: {"error":{"code","message","fields","request_id"},"reason"}. The code is the finer
// one where there is one; the private detail stays out.
std::string to_text(const Error& error, std::string_view request_id);

// Only "error":{...}, for bodies that have more beside it.
void write_error(TextWriter& out, const Error& error, std::string_view code, std::string_view request_id);

// The same answers as values, to embed in other values.
nlohmann::ordered_json to_json(const Problem& problem);
nlohmann::ordered_json to_json(const Evaluation& evaluation);
nlohmann::ordered_json to_json(const Recommendation& recommendation);
nlohmann::ordered_json to_json(const PhaseDiagram& diagram);
nlohmann::ordered_json to_json(const Error& error, std::string_view request_id);

}  // namespace ssem::advisor::json
