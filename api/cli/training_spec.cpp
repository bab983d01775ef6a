#include "api/cli/training_spec.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/field_names.h"
#include "advisor/json/requests.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/device_name.h"
#include "advisor/json/training/finite_data.h"
#include "advisor/json/training/point.h"
#include "advisor/json/training/spec_fields.h"
#include "advisor/json/training/trained_schedule.h"
#include "advisor/recommendation.h"
#include "api/cli/text/number_format.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

// Where a training flag's value goes in the spec.
struct Place {
  std::string_view flag;
  std::string_view section;  // empty: the top
  std::string_view name;
};
constexpr std::string_view kHoldVariance = "hold_variance";

constexpr std::array<Place, 16> kPlaces{{{protocol::kMode, "", protocol::kMode},
                                         {protocol::kDataset, protocol::kDataset, protocol::kKind},
                                         {"dataset_path", protocol::kDataset, protocol::kPath},
                                         {protocol::kTestPath, protocol::kDataset, protocol::kTestPath},
                                         {protocol::kEmbeddingColumns, protocol::kDataset, protocol::kEmbeddingColumns},
                                         {protocol::kModel, protocol::kModel, protocol::kKind},
                                         {protocol::kOptimizer, protocol::kOptimizer, protocol::kKind},
                                         {protocol::kLearningRate, protocol::kOptimizer, protocol::kLearningRate},
                                         {protocol::kSteps, protocol::kBudget, protocol::kSteps},
                                         {protocol::kEpochs, protocol::kBudget, protocol::kEpochs},
                                         {protocol::kSeconds, protocol::kBudget, protocol::kSeconds},
                                         {kHoldVariance, protocol::kControl, protocol::kTargetWithinClassVariance},
                                         {protocol::kRestarts, "", protocol::kRestarts},
                                         {protocol::kDevice, "", protocol::kDevice},
                                         {protocol::kSeed, "", protocol::kSeed},
                                         {protocol::kOutputDirectory, "", protocol::kOutputDirectory}}};

template <std::size_t size>
std::vector<std::string_view> names_of(const std::array<std::string_view, size>& names) {
  return {names.begin(), names.end()};
}

// Names stay text even where they look like numbers.
constexpr std::array<std::string_view, 9> kText{
    protocol::kMode,  protocol::kDataset,   "dataset_path",    protocol::kTestPath,       protocol::kEmbeddingColumns,
    protocol::kModel, protocol::kOptimizer, protocol::kDevice, protocol::kOutputDirectory};

Result<Json> training_fields(const GivenFields& training) {
  auto read = advisor::json::object_from_text(training);
  if (!read) return read.error();
  Json fields = std::move(read).value();
  for (const auto& [name, value] : training) {
    if (protocol::is_one_of(kText, name)) fields[name] = value;
  }
  return fields;
}

// The point to train at, or to begin with: the given one, or the recommendation, for the variance to hold if there is
// one.
Result<advisor::Evaluation> point_of(Json body, const Json& hold) {
  const bool recommended = !body.contains(protocol::kLossWeight) && !body.contains(protocol::kTemperature);
  if (recommended) {
    if (hold.is_number()) body[protocol::kTargetWithinClassVariance] = hold;
    const auto request = advisor::json::read_recommendation_request(body);
    if (!request) return request.error();
    return advisor::recommend(request.value()).evaluation;
  }
  FaultList faults;
  if (body.erase(protocol::kTargetWithinClassVariance) > 0) {
    faults.add("/target_within_class_variance", "excludes loss_weight and temperature: they fix the variance");
  }
  const auto request = advisor::json::read_evaluation_request(body);
  if (!request) {
    for (const FieldFault& fault : request.error().fields) {
      const bool missing = fault.path == "/loss_weight" || fault.path == "/temperature";
      faults.add(fault.path,
                 fault.message + (missing && !body.contains(fault.path.substr(1))
                                      ? "; or give neither loss weight nor temperature for the recommended ones"
                                      : ""));
    }
  }
  if (!faults.empty()) return faults.to_error();
  return advisor::evaluate(request.value());
}

// A schedule's last temperature in its place: the point that is predicted.
Result<std::optional<protocol::TrainedSchedule>> take_schedule(Json& body, const Json& fields) {
  if (!body.contains(protocol::kTemperatureSchedule)) return std::optional<protocol::TrainedSchedule>();
  Json asked = body;
  if (const auto mode = fields.find(protocol::kMode); mode != fields.end()) asked[protocol::kMode] = *mode;
  if (fields.contains(kHoldVariance)) asked[protocol::kControl] = Json::object();
  FaultList faults;
  auto schedule = protocol::read_trained_schedule(asked, faults);
  if (!faults.empty()) return faults.to_error();
  body.erase(std::string(protocol::kTemperatureSchedule));
  body[protocol::kTemperature] = schedule->over.last();
  return schedule;
}

bool is_given(const GivenFields& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
}

// The flag behind a place in the spec: of a whole section, the first one given; nothing where no flag goes there.
std::string_view flag_behind(std::string_view section, std::string_view name, const GivenFields& training) {
  std::string_view first;
  for (const Place& place : kPlaces) {
    if (place.section != section || (!name.empty() && place.name != name)) continue;
    if (is_given(training, place.flag)) return place.flag;
    if (first.empty()) first = place.flag;
  }
  return first;
}

// What a message calls "problem.classes" or, of the budget, "steps".
std::string with_training_flags(std::string message, bool of_budget) {
  const std::string prefix = std::string(protocol::kProblem) + '.';
  for (std::size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix, at)) {
    const std::size_t end = std::min(message.find_first_of(" ,;:)", at), message.size());
    const std::string flag = flag_of(message.substr(at + prefix.size(), end - at - prefix.size()));
    message.replace(at, end - at, flag);
    at += flag.size();
  }
  for (const std::string_view budget : protocol::kBudgets) {
    for (std::size_t at = message.find(budget); of_budget && at != std::string::npos; at = message.find(budget, at)) {
      message.insert(at, "--");
      at += budget.size() + 2;
    }
  }
  return message;
}

// The problem's fields have flags of their own; of a section, a name without a flag stands before the message.
std::string line_of(const FieldFault& fault, const GivenFields& training) {
  const std::size_t slash = std::min(fault.path.find('/', 1), fault.path.size());
  const std::string section =
      fault.path.substr(std::min<std::size_t>(1, slash), slash - std::min<std::size_t>(1, slash));
  const std::string rest = fault.path.substr(slash);  // "/kind", or nothing
  const std::string name = rest.empty() ? "" : rest.substr(1);
  std::string message = with_training_flags(fault.message, section == protocol::kBudget);
  const auto line = [](const std::string& path, std::string said) {
    Error one;
    one.fields = {{path, std::move(said)}};
    return flag_faults(one);
  };
  if (section == protocol::kProblem) return line(rest, std::move(message));
  std::string_view flag = flag_behind(section, name, training);
  if (flag.empty()) {
    flag = flag_behind(section, "", training);
    if (flag.empty()) return line(fault.path, std::move(message));
    message = "its " + name + ' ' + message;
  }
  // Not by the path: a problem's field may have the same name ("dataset").
  const std::string unnamed = line("", std::move(message));
  return flag_of(flag) + unnamed.substr(unnamed.find(": "));
}

}  // namespace

const std::vector<RequestFlag>& validation_point_flags() {
  static const std::vector<RequestFlag> kFlags{
      {"loss_weight",
       "X",
       "Weight of the self-supervised term, 0 to 1; give it with --temperature, or neither for the recommended pair",
       {}},
      {"temperature", "X", "Temperature of the softmax, 1e-4 to 1e4", {}},
      {protocol::kTemperatureSchedule,
       "TEXT",
       "Instead, a temperature that moves while an encoder trains: linear:FROM:TO:STEPS, cosine:FROM:TO:PERIOD:STEPS "
       "or STEP:TEMPERATURE,STEP:TEMPERATURE",
       {}},
      {protocol::kTargetWithinClassVariance,
       "X",
       "What the recommended pair aims for, between 0 (collapse) and 1 (default " +
           short_number(advisor::kDefaultTargetWithinClassVariance) + ")",
       {}}};
  return kFlags;
}

const std::vector<RequestFlag>& training_flags() {
  static const std::vector<RequestFlag> kFlags{
      {protocol::kMode, "NAME",
       "embeddings (minimise the loss over free unit vectors; needs no data; the default) or encoder (train a network "
       "on --dataset)",
       names_of(protocol::kTrainingModes)},
      {protocol::kDataset, "NAME",
       "Data for --mode encoder: gaussian_hierarchy and shapes are generated, the others read from --dataset-path",
       names_of(protocol::kDatasetKinds)},
      {"dataset_path", "FILE", "File or folder of the data", {}},
      {protocol::kTestPath,
       "FILE",
       "File or folder of test data (default: what comes with the data, else a fifth of them)",
       {}},
      {protocol::kEmbeddingColumns,
       "NAMES",
       "Data in csv: the columns to train on, such as e0:e127, bias (default: found by their names)",
       {}},
      {protocol::kOptimizer, "NAME", "sgd or adamw (default sgd)", names_of(protocol::kOptimizerKinds)},
      {protocol::kLearningRate, "X", "The highest learning rate (default 0.05; adamw 0.001)", {}},
      {protocol::kModel, "NAME", "Encoder: mlp, small_cnn or resnet18 (default mlp)", names_of(protocol::kModelKinds)},
      {protocol::kSteps, "N", "Stop after N steps; at most one of --steps, --epochs and --seconds", {}},
      {protocol::kEpochs, "X", "Stop after X passes over the data", {}},
      {protocol::kSeconds, "X", "Stop after X seconds", {}},
      {kHoldVariance,
       "X",
       "Steer the loss weight during --mode encoder so that the within-class variance of the embeddings holds X, "
       "between "
       "0 and 1; the report says which weight did it",
       {}},
      {protocol::kRestarts, "N", "Random starts in embeddings mode, of which the lowest loss counts", {}},
      {protocol::kDevice,
       "NAME",
       "auto, cpu, cuda or cuda:N (default auto: a GPU where there is one)",
       {protocol::kAutoDevice, protocol::kCpu, protocol::kCuda}},
      {protocol::kSeed, "N", "Seed of every random choice (default 0)", {}},
      {protocol::kOutputDirectory,
       "FILE",
       "Folder for report.json, curve.csv, embeddings.npz, tensorboard/ and checkpoints/; made when absent (default: "
       "no "
       "files)",
       {}}};
  return kFlags;
}

Result<Json> training_spec(const GivenFields& request, const GivenFields& training) {
  auto read = advisor::json::object_from_text(request);
  if (!read) return read.error();
  Json body = std::move(read).value();
  auto fields = training_fields(training);
  if (!fields) return fields.error();
  if (fields.value().contains(kHoldVariance) && body.contains(protocol::kTargetWithinClassVariance)) {
    FaultList faults;
    faults.add('/' + std::string(protocol::kTargetWithinClassVariance), "excludes hold_variance: that is the target");
    return faults.to_error();
  }
  // As it was asked: the trainer sees what was left open, and says what it made of it.
  Json problem = Json::object();
  for (const std::string_view name : advisor::json::kProblemFields) {
    if (const auto given = body.find(name); given != body.end()) problem[name] = *given;
  }
  if (protocol::trains_embeddings(fields.value())) protocol::make_data_finite(body);
  const auto schedule = take_schedule(body, fields.value());
  if (!schedule) return schedule.error();
  const auto point = point_of(body, fields.value().value(kHoldVariance, Json()));
  if (!point) return point.error();
  Json spec{{protocol::kProblem, std::move(problem)}};
  const advisor::Evaluation& evaluation = point.value();
  if (evaluation.loss_weight && protocol::is_trained_with_loss_weight(evaluation.problem.convention)) {
    spec[protocol::kLossWeight] = *evaluation.loss_weight;
  }
  if (schedule.value()) {
    spec[protocol::kTemperatureSchedule] = schedule.value()->text;
  } else {
    spec[protocol::kTemperature] = evaluation.temperature;
  }
  for (const Place& place : kPlaces) {
    const auto given = fields.value().find(place.flag);
    if (given == fields.value().end()) continue;
    (place.section.empty() ? spec : spec[place.section])[place.name] = *given;
  }
  return spec;
}

std::string training_flag_faults(const Error& error, const GivenFields& training) {
  std::string lines;
  for (const FieldFault& fault : error.fields) lines += line_of(fault, training);
  return lines;
}

}  // namespace ssem::api::cli
