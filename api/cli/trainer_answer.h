// What `validate` and `audit` share: ssem-train runs, and its end is a report for people or lines of JSON.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/cli/text/text_style.h"
#include "api/cli/trainer_process.h"

namespace ssem::api::cli {

struct TrainerAnswer {
  const char* command;  // of ssem, for people
  bool json = false;    // each event is a line of stdout, and no report is written
  std::function<std::string(const nlohmann::ordered_json& report, const TextStyle& style)> report;
  std::function<std::string(const Error& error)> faults;  // one line each, by what the user gave
};

// Returns the exit code. Faults go to stderr.
int answer_by_trainer(TrainerCall call, const TrainerAnswer& answer);

}  // namespace ssem::api::cli
