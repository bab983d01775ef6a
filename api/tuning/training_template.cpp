#include "api/tuning/training_template.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "advisor/goals.h"
#include "advisor/json/field_reader.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/device_name.h"
#include "advisor/json/training/event_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "advisor/recommendation.h"
#include "advisor/tuning/moving_problem.h"
#include "api/jobs/validation_request.h"
#include "api/studies/distribution.h"
#include "api/tuning/study_config.h"

namespace ssem::api::tuning {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::SharedJson;
namespace protocol = advisor::json::training;
using advisor::json::quote_value_for_message;

constexpr const char* kObjective = "objective";
constexpr const char* kTarget = "target_within_class_variance";
constexpr std::array<std::string_view, 3> kOptimizerParameters{protocol::kLearningRate, protocol::kMomentum,
                                                               protocol::kWeightDecay};

std::vector<std::string_view> known_objectives() {
  std::vector<std::string_view> names{kVarianceError};
  names.insert(names.end(), protocol::kMeasuredNumbers.begin(), protocol::kMeasuredNumbers.end());
  return names;
}

void read_objectives(const Json& body, TrainingTemplate& training, FaultList& faults) {
  const auto given = body.find(kObjective);
  if (given == body.end()) return;
  const Json names = given->is_array() ? *given : Json::array({*given});
  const std::vector<std::string_view> objectives = known_objectives();
  for (const Json& name : names) {
    const std::string text = name.is_string() ? name.get<std::string>() : std::string();
    if (protocol::is_one_of(objectives, text)) {
      training.objectives.push_back(text);
      continue;
    }
    std::string known;
    for (const std::string_view each : objectives) known += (known.empty() ? "" : ", ") + std::string(each);
    return faults.add("/objective",
                      "must be one of " + known + ", or a list of them, got " + quote_value_for_message(name));
  }
  if (names.empty()) faults.add("/objective", "must name at least one value");
}

// The user's value of a parameter.
Json value_of(const studies::Param& param) {
  if (!param.distribution) return {};
  const studies::PythonValue value = studies::external_value(*param.distribution, param.internal_value);
  if (value.kind == studies::PythonValue::Kind::text) return value.text;
  if (const auto whole = studies::whole_number(value); whole && value.kind == studies::PythonValue::Kind::integer) {
    return *whole;
  }
  return value.number;
}

std::optional<Error> place(const studies::Param& param, bool encoder, Json& body) {
  const Json value = value_of(param);
  if (protocol::is_one_of(protocol::kPointFields, param.name) || param.name == protocol::kSeed) {
    body[param.name] = value;
    return std::nullopt;
  }
  if (const auto parameter = advisor::tuning::problem_parameter_from(param.name)) {
    Json& problem = body[protocol::kProblem];
    problem[param.name] = value;
    if (const auto other = excluded_by(*parameter)) problem.erase(std::string(name(*other)));
    return std::nullopt;
  }
  const bool optimizer = protocol::is_one_of(kOptimizerParameters, param.name);
  if (optimizer && encoder) {
    body[protocol::kOptimizer][param.name] = value;
    return std::nullopt;
  }
  return unprocessable_field("/params" + advisor::json::pointer_step(param.name),
                             optimizer
                                 ? "belongs to mode encoder; the mode is embeddings"
                                 : "has no place in a training run: loss_weight, temperature, learning_rate, momentum, "
                                   "weight_decay, seed and batch_size, instances_per_class, classes_per_batch, "
                                   "dimension and views of the problem have");
}

// As the study's training keeps it; null where it has none.
Json problem_of(const studies::Study& study) {
  const std::string* text = studies::find_attribute(study.system_attributes, kStudyConfigAttribute);
  const Json config = text == nullptr ? Json() : Json::parse(*text, nullptr, false);
  return config.is_object() && config.contains(protocol::kProblem) ? config[protocol::kProblem] : Json();
}

double number_in(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::numeric_limits<double>::quiet_NaN();
  if (found->is_number()) return found->get<double>();
  if (*found == "inf") return std::numeric_limits<double>::infinity();
  if (*found == "-inf") return -std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

// `total` 0: nobody knows how many there will be.
std::optional<std::int64_t> grid_step(std::int64_t step, std::int64_t total) {
  if (total > 0) {
    const std::int64_t part = step * kReportsPerRun / total;
    if (part == 0) return std::nullopt;
    return (part * total + kReportsPerRun - 1) / kReportsPerRun;
  }
  if (step < kFirstOpenStep) return std::nullopt;
  std::int64_t passed = kFirstOpenStep;
  while (passed <= step / 2) passed *= 2;
  return passed;
}

double value_in(const Json& numbers, std::string_view name, double target) {
  if (name != kVarianceError) return number_in(numbers, name);
  return std::abs(number_in(numbers, protocol::kWithinClassVariance) - target);
}

// Progress calls the loss by another name than the report.
std::string_view progress_name(std::string_view objective) {
  return objective == protocol::kLossValue ? protocol::kLoss : objective;
}

Json fields_of(const TrainingTemplate& training) {
  return training.fields.is_null() ? Json::object() : training.fields.get();
}

}  // namespace

TrainingTemplate read_training_template(const Json& body, const jobs::Datasets& datasets, const std::string& path,
                                        FaultList& faults) {
  TrainingTemplate training;
  FaultList found;
  const jobs::JobRequest request = jobs::read_training(body, datasets, found);
  training.encoder = request.mode == protocol::kEncoderMode;
  training.device = request.device;
  advisor::json::FieldReader fields(body, found);
  if (body.is_object()) {
    read_objectives(body, training, found);
    training.target = fields.number(kTarget);
    if (training.target && !(*training.target >= 0 && *training.target < 1)) {
      found.add(std::string("/") + kTarget,
                "must be at least 0 and below 1, got " + quote_value_for_message(body[kTarget]));
    }
    std::vector<std::string_view> known(jobs::kTrainingFields.begin(), jobs::kTrainingFields.end());
    known.insert(known.end(), {kObjective, kTarget});
    fields.reject_unknown(known);
    Json training_fields = body;
    training_fields.erase(kObjective);
    training_fields.erase(kTarget);
    training.fields = SharedJson(std::move(training_fields));
  }
  faults.add_all(path, found.faults());
  return training;
}

Json to_json(const TrainingTemplate& training) {
  Json json = fields_of(training);
  if (!training.objectives.empty()) json[kObjective] = training.objectives;
  if (training.target) json[kTarget] = *training.target;
  return json;
}

TrainingTemplate training_template_of(const studies::Study& study) {
  const std::string* text = studies::find_attribute(study.system_attributes, kTrainingTemplateAttribute);
  const Json json = text == nullptr ? Json() : Json::parse(*text, nullptr, false);
  TrainingTemplate training;
  if (!json.is_object()) return training;
  FaultList ignored;  // it was checked when it was kept
  training = read_training_template(json, jobs::Datasets(), "", ignored);
  return training;
}

TrainingTemplate aimed(TrainingTemplate training, const studies::Study& study) {
  if (training.target) return training;
  const Json problem = problem_of(study);
  const auto named = problem.find("goal");
  const bool known = problem.is_object() && named != problem.end() && named->is_string();
  const advisor::Goal goal =
      known ? advisor::goal_from(named->get<std::string>()).value_or(advisor::Goal::unknown) : advisor::Goal::unknown;
  training.target = goal == advisor::Goal::unknown ? advisor::kDefaultTargetWithinClassVariance
                                                   : advisor::evidence_for(goal).target.value_or(0);
  return training;
}

Result<jobs::JobRequest> request_for(const studies::Study& study, const studies::Trial& trial,
                                     const TrainingTemplate& training, const jobs::Datasets& datasets) {
  const Json problem = problem_of(study);
  if (problem.is_null())
    return unprocessable_field("/problem", "is required to validate: create the study with a problem");
  Json body = fields_of(training);
  body[protocol::kProblem] = problem;
  for (const studies::Param& param : trial.params) {
    if (auto fault = place(param, training.encoder, body)) return *fault;
  }
  auto request = jobs::read_validation(body, datasets);
  if (!request) return request.error();
  jobs::JobRequest wanted = std::move(request).value();
  std::vector<std::string> objectives = training.objectives;
  if (objectives.empty()) {
    for (const studies::Direction direction : study.directions) {
      const bool maximised = direction == studies::Direction::maximize;
      if (maximised && !training.encoder) {
        return unprocessable_field("/objective", "is required: in mode embeddings nothing is maximised by itself");
      }
      objectives.emplace_back(maximised ? protocol::kLinearProbeAccuracy : kVarianceError);
    }
  }
  if (objectives.size() != study.directions.size()) {
    return unprocessable_field("/objective", "must be " + std::to_string(study.directions.size()) +
                                                 ", one per direction, got " + std::to_string(objectives.size()));
  }
  wanted.trial_id = trial.trial_id;
  wanted.objective = jobs::Objective{
      std::move(objectives), aimed(training, study).target.value_or(advisor::kDefaultTargetWithinClassVariance)};
  return wanted;
}

Result<std::vector<double>> values_of(const jobs::Objective& objective, const Json& report) {
  const auto measured = report.find(protocol::kMeasured);
  if (measured == report.end()) return unprocessable_field("/report", "says nothing of what was measured");
  std::vector<double> values;
  for (const std::string& name : objective.names) {
    values.push_back(value_in(*measured, name, objective.target));
    if (std::isnan(values.back())) return unprocessable_field("/objective", name + " was not measured in this run");
  }
  return values;
}

std::optional<studies::IntermediateValue> intermediate_value_of(const jobs::Objective& objective,
                                                                const Json& progress) {
  if (objective.names.size() != 1) return std::nullopt;
  const double value = value_in(progress, progress_name(objective.names.front()), objective.target);
  const double step = number_in(progress, protocol::kStep);
  const double total = number_in(progress, protocol::kTotalSteps);
  if (std::isnan(value) || !(step >= 1 && step < 1e15)) return std::nullopt;
  const auto passed = grid_step(static_cast<std::int64_t>(step), total >= step ? static_cast<std::int64_t>(total) : 0);
  if (!passed) return std::nullopt;
  return studies::IntermediateValue{*passed, value};
}

}  // namespace ssem::api::tuning
