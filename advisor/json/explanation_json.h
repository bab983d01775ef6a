// Explanations of logged losses as JSON (api/README.md, section 2).
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "advisor/explain/explanation.h"

namespace ssem::advisor::json {

inline constexpr std::string_view kLossValueField = "loss_value";
inline constexpr std::string_view kCurveField = "curve";
// Beside those of an evaluation, of which any may be absent here.
inline constexpr std::array<std::string_view, 2> kExplanationFields{kLossValueField, kCurveField};

inline constexpr std::size_t kMaxCurvePoints = 1'000'000;

// An evaluation's request with a value or a curve of [step, value], steps rising, in place of what is asked. What is
// absent is noted as unknown: classes, batch, temperature; without a loss weight the loss is plain SupCon.
Result<ExplanationRequest> read_explanation_request(const nlohmann::ordered_json& body);

std::string to_text(const Explanation& explanation);

}  // namespace ssem::advisor::json
