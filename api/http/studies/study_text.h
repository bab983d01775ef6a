// Studies and trials for tuners in any language: parameters by name, as a user writes them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "api/studies/python_json.h"
#include "api/studies/trial.h"
#include "api/tuning/trial_issuer.h"

namespace ssem::api::http {

// What is shown of a study besides itself.
struct StudyView {
  studies::StudyPtr study;
  std::array<std::size_t, studies::kTrialStateNames.size()> trial_counts{};  // by state
};

std::string tuning_text(const StudyView& view);
std::string tuning_text(const std::vector<StudyView>& views);  // {"studies":[...]}
// Of a trial that was told: why its values made it fail, as "why_failed"; empty, and left out, where they did not.
std::string tuning_text(const studies::Trial& trial, const std::string& why_failed = {});
std::string tuning_text(const std::vector<studies::TrialPtr>& trials);  // {"trials":[...]}
std::string tuning_text(const tuning::IssuedTrial& handed);
std::string tuning_text(const std::vector<tuning::IssuedTrial>& handed);  // {"trials":[...]}

}  // namespace ssem::api::http
