// JSON objects to checked requests (api/README.md, section 1). Exact types, ranges, no unknown fields, all faults at
// once.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "advisor/evaluation.h"
#include "advisor/phase_diagram.h"
#include "advisor/recommendation.h"
#include "advisor/result.h"

namespace ssem::advisor::json {

// The temperatures for which every formula was checked.
inline constexpr int kMinAxisPoints = 2;
inline constexpr int kMaxAxisPoints = 512;

class FieldReader;

// The parts of other requests.
ProblemFields read_problem_fields(FieldReader& in, FaultList& faults);
std::optional<double> read_temperature(FieldReader& in, FaultList& faults, std::string_view name = "temperature");

// A problem alone; fault paths start at the object.
Result<Problem> read_problem(const nlohmann::ordered_json& body);
Result<EvaluationRequest> read_evaluation_request(const nlohmann::ordered_json& body);
Result<RecommendationRequest> read_recommendation_request(const nlohmann::ordered_json& body);
Result<PhaseDiagramRequest> read_phase_diagram_request(const nlohmann::ordered_json& body);

}  // namespace ssem::advisor::json
