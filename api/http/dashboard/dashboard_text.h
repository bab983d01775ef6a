// The JSON objects of optuna-dashboard, as its front-end reads them.
#pragma once

#include <string>
#include <vector>

#include "advisor/json/text_writer.h"
#include "api/studies/distribution.h"
#include "api/studies/python_json.h"
#include "api/studies/trial.h"

namespace ssem::api::http {

// Python's str(): "True", "None", "1e-05", "nan".
std::string python_str(const studies::PythonValue& value);
// A float's repr() in Python.
std::string python_float(double value);
// What an attribute shows: a text as it is, a number as Python prints it, other JSON cut at 1024 bytes.
std::string shown_attribute(const std::string& value_json);

void write_dashboard_distribution(advisor::json::TextWriter& writer, const studies::Distribution& distribution);
void write_dashboard_attributes(advisor::json::TextWriter& writer, const studies::Attributes& attributes);
// `study` holds the trial's note.
void write_dashboard_trial(advisor::json::TextWriter& writer, const studies::Trial& trial, const studies::Study& study);
// {"study_id", "study_name", "directions", "user_attrs", "is_preferential"}
void write_dashboard_summary(advisor::json::TextWriter& writer, const studies::Study& study);
// The whole of GET /api/studies/{id}: `trials` are all of the study by number; those before `after` are left out.
std::string dashboard_detail(const studies::Study& study, const std::vector<studies::TrialPtr>& trials,
                             std::size_t after);

bool is_preferential(const studies::Study& study);

}  // namespace ssem::api::http
