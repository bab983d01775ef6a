// What optuna-dashboard keeps in a study's system attributes besides notes: artifacts, preferences, plots, forms.
#pragma once

#include <string_view>
#include <vector>

#include "advisor/json/text_writer.h"
#include "api/studies/trial.h"

namespace ssem::api::http {

// What the keys of preferences begin with.
inline constexpr std::string_view kPreferenceHistory = "preference:history";
inline constexpr std::string_view kPreferenceValues = "preference:values";

// "artifacts": of the trial, or with null of the study itself.
void write_artifacts(advisor::json::TextWriter& writer, const studies::Study& study, const studies::Trial* trial);

// objective_names, form_widgets, feedback_component_type, preference history and plots, as far as they are there.
void write_extras(advisor::json::TextWriter& writer, const studies::Study& study,
                  const std::vector<studies::TrialPtr>& trials);

// Of a preferential study: those that were compared and never found worse.
std::vector<studies::TrialPtr> preferred_trials(const studies::Study& study,
                                                const std::vector<studies::TrialPtr>& trials);

}  // namespace ssem::api::http
