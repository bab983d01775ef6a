// The spec of a training run from the flags of `ssem validate` (trainer/README.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "api/cli/request_flags.h"

namespace ssem::api::cli {

// Loss weight, temperature, target; and how to train. The problem's flags come besides.
const std::vector<RequestFlag>& validation_point_flags();
const std::vector<RequestFlag>& training_flags();

// Without loss weight and temperature the advisor recommends both; one without the other is a fault. `training` is what
// training_flags() were given, `request` all others. The trainer checks the training fields itself.
Result<nlohmann::ordered_json> training_spec(const GivenFields& request, const GivenFields& training);

// Faults of such a spec, one line each, by the flag that it comes from: "/dataset/kind" is --dataset's. `training` says
// which flags were given, where more than one goes to the same section.
std::string training_flag_faults(const Error& error, const GivenFields& training);

}  // namespace ssem::api::cli
