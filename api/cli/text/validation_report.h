// The report of a training run for people: verdict, predicted against measured, how it was reached.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/cli/text/text_style.h"

namespace ssem::api::cli {

// `report` is the trainer's; fields that are missing or of another type are left out.
std::string validation_report(const nlohmann::ordered_json& report, const TextStyle& style);

}  // namespace ssem::api::cli
