// How a study's trials are validated by training, and what a trial is told of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/json/shared_json.h"
#include "advisor/result.h"
#include "api/jobs/datasets.h"
#include "api/jobs/job.h"
#include "api/studies/trial.h"

namespace ssem::api::tuning {

// System attribute of a study: the training to use where a request gives none.
inline constexpr std::string_view kTrainingTemplateAttribute = "ssem:validation_plan";
// System attribute of a trial: the validation that measures it.
inline constexpr std::string_view kValidationAttribute = "ssem:validation";

// |measured within-class variance - target|: what a study that minimises is told unless it says otherwise.
inline constexpr std::string_view kVarianceError = "within_class_variance_error";

struct TrainingTemplate {
  advisor::json::SharedJson fields;     // the training fields of a validation as they were given; null: none
  bool encoder = false;                 // their mode
  std::string device = "auto";          // as they say it
  std::vector<std::string> objectives;  // empty: kVarianceError, or linear_probe_accuracy where it is maximised
  std::optional<double> target;         // of kVarianceError, 0 is collapse; nothing: see aimed()
};

// {training fields..., "objective": NAME or [NAMES], "target_within_class_variance": x}. Faults have `path` before
// them.
TrainingTemplate read_training_template(const nlohmann::ordered_json& body, const jobs::Datasets& datasets,
                                        const std::string& path, FaultList& faults);
nlohmann::ordered_json to_json(const TrainingTemplate& training);
// The study's own; the default one where it has none.
TrainingTemplate training_template_of(const studies::Study& study);

// With a target: the one that the goal of the study's problem has (0 where plain SupCon is right for it), the advisor's
// default where no goal is known. One that is given stays.
TrainingTemplate aimed(TrainingTemplate training, const studies::Study& study);

// What to train for a trial: its loss_weight and temperature on the study's problem; learning_rate, momentum and
// weight_decay go to the optimizer, seed to the seed. `unprocessable` for studies without a problem, for parameters
// that have no place in a training run, and for objectives that do not fit the directions.
Result<jobs::JobRequest> request_for(const studies::Study& study, const studies::Trial& trial,
                                     const TrainingTemplate& training, const jobs::Datasets& datasets);

// One value per objective, from the report. `unprocessable` when one was not measured.
Result<std::vector<double>> values_of(const jobs::Objective& objective, const nlohmann::ordered_json& report);

// The single objective at this moment, where progress tells it. Pruners compare trials at equal steps, so the step is
// the last passed one of a grid: twentieths of a known number of steps, otherwise powers of two from kFirstOpenStep.
// Nothing before the grid begins: there everything is random.
inline constexpr std::int64_t kReportsPerRun = 20;
inline constexpr std::int64_t kFirstOpenStep = 256;
std::optional<studies::IntermediateValue> intermediate_value_of(const jobs::Objective& objective,
                                                                const nlohmann::ordered_json& progress);

}  // namespace ssem::api::tuning
