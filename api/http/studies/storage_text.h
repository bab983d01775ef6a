// Studies and trials as JSON: optuna-like objects of /api/v1/storage.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisor/json/text_writer.h"
#include "api/studies/trial.h"

namespace ssem::api::http {

// "directions":[...] and "intermediate_values":[{"step","value"}...], as every view of a study has them.
void write_directions(advisor::json::TextWriter& writer, const studies::Study& study);
void write_intermediate_values(advisor::json::TextWriter& writer, const studies::Trial& trial);

void write_study(advisor::json::TextWriter& writer, const studies::Study& study);
void write_trial(advisor::json::TextWriter& writer, const studies::Trial& trial);

std::string to_text(const studies::Study& study);
std::string to_text(const studies::Trial& trial);
std::string to_text(const std::vector<studies::StudyPtr>& studies);  // {"studies":[...]}
std::string to_text(const std::vector<studies::TrialPtr>& trials);   // {"trials":[...]}

}  // namespace ssem::api::http
