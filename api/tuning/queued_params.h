// What a trial in the queue was given: Optuna's system attribute "fixed_params".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/studies/python_json.h"
#include "api/studies/trial.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {

inline constexpr std::string_view kFixedParams = "fixed_params";

// Why a trial with these parameters cannot be asked for: one that the study's space has as an integer is none, or out
// of its range. Others are taken as they are, as Optuna does.
std::optional<Error> check_queued_params(const StudyConfig& config, const studies::PythonValue& params);

// A dictionary of values by parameter name; empty where the trial never was in the queue.
studies::PythonValue fixed_params_of(const studies::Trial& trial);

// The first trial that was given, or else has, exactly these parameters, as Optuna's enqueue_trial(skip_if_exists=True)
// looks for it: numbers may differ by a hundred-thousandth. Null when there is none.
studies::TrialPtr trial_with_params(const std::vector<studies::TrialPtr>& trials, const studies::PythonValue& params);

}  // namespace ssem::api::tuning
