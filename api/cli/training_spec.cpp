#include "api/cli/training_spec.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/field_names.h"
#include "advisor/json/requests.h"
#include "advisor/json/strict_parse.h"
#include "advisor/recommendation.h"
#include "api/cli/text/number_format.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;

// Where a training flag's value goes in the spec.
struct Place {
  std::string_view field;
  const char* section;  // nullptr: the top
  const char* name;
};
constexpr std::array<Place, 14> kPlaces{{{"mode", nullptr, "mode"},
                                         {"dataset", "dataset", "kind"},
                                         {"dataset_path", "dataset", "path"},
                                         {"test_path", "dataset", "test_path"},
                                         {"model", "model", "kind"},
                                         {"optimizer", "optimizer", "kind"},
                                         {"learning_rate", "optimizer", "learning_rate"},
                                         {"steps", "budget", "steps"},
                                         {"epochs", "budget", "epochs"},
                                         {"seconds", "budget", "seconds"},
                                         {"restarts", nullptr, "restarts"},
                                         {"device", nullptr, "device"},
                                         {"seed", nullptr, "seed"},
                                         {"output_directory", nullptr, "output_directory"}}};

// Names stay text even where they look like numbers.
bool is_text(std::string_view field) {
  constexpr std::array<std::string_view, 8> kText{"mode",  "dataset",   "dataset_path", "test_path",
                                                  "model", "optimizer", "device",       "output_directory"};
  return std::find(kText.begin(), kText.end(), field) != kText.end();
}

Result<Json> training_fields(const GivenFields& training) {
  auto read = advisor::json::object_from_text(training);
  if (!read) return read.error();
  Json fields = std::move(read).value();
  for (const auto& [name, value] : training) {
    if (is_text(name)) fields[name] = value;
  }
  return fields;
}

// The point to train at: the given one, or the recommendation.
Result<advisor::Evaluation> point_of(Json body) {
  const bool recommended = !body.contains("loss_weight") && !body.contains("temperature");
  if (recommended) {
    const auto request = advisor::json::read_recommendation_request(body);
    if (!request) return request.error();
    return advisor::recommend(request.value()).evaluation;
  }
  FaultList faults;
  if (body.erase("target_within_class_variance") > 0) {
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

}  // namespace

const std::vector<RequestFlag>& validation_point_flags() {
  static const std::vector<RequestFlag> kFlags{
      {"loss_weight",
       "X",
       "Weight of the self-supervised term, 0 to 1; give it with --temperature, or neither for the recommended pair",
       {}},
      {"temperature", "X", "Temperature of the softmax, 1e-4 to 1e4", {}},
      {"target_within_class_variance",
       "X",
       "What the recommended pair aims for, between 0 (collapse) and 1 (default " +
           short_number(advisor::kDefaultTargetWithinClassVariance) + ")",
       {}}};
  return kFlags;
}

const std::vector<RequestFlag>& training_flags() {
  static const std::vector<RequestFlag> kFlags{
      {"mode",
       "NAME",
       "embeddings (minimise the loss over free unit vectors; needs no data; the default) or encoder (train a network "
       "on --dataset)",
       {"embeddings", "encoder"}},
      {"dataset",
       "NAME",
       "Data for --mode encoder: gaussian_hierarchy and shapes are generated, the others read from --dataset-path",
       {"gaussian_hierarchy", "shapes", "cifar10", "cifar100", "idx", "npz", "csv", "image_folder"}},
      {"dataset_path", "FILE", "File or folder of the data", {}},
      {"test_path",
       "FILE",
       "File or folder of test data (default: what comes with the data, else a fifth of them)",
       {}},
      {"optimizer", "NAME", "sgd or adamw (default sgd)", {"sgd", "adamw"}},
      {"learning_rate", "X", "The highest learning rate (default 0.05; adamw 0.001)", {}},
      {"model", "NAME", "Encoder: mlp, small_cnn or resnet18 (default mlp)", {"mlp", "small_cnn", "resnet18"}},
      {"steps", "N", "Stop after N steps; at most one of --steps, --epochs and --seconds", {}},
      {"epochs", "X", "Stop after X passes over the data", {}},
      {"seconds", "X", "Stop after X seconds", {}},
      {"restarts", "N", "Random starts in embeddings mode, of which the lowest loss counts", {}},
      {"device", "NAME", "auto, cpu, cuda or cuda:N (default auto: a GPU where there is one)", {"auto", "cpu", "cuda"}},
      {"seed", "N", "Seed of every random choice (default 0)", {}},
      {"output_directory",
       "FILE",
       "Folder for report.json, curve.csv, embeddings.npz, tensorboard/ and checkpoints/; made when absent (default: "
       "no "
       "files)",
       {}}};
  return kFlags;
}

Result<Json> training_spec(const GivenFields& request, const GivenFields& training) {
  auto body = advisor::json::object_from_text(request);
  if (!body) return body.error();
  auto fields = training_fields(training);
  if (!fields) return fields.error();
  const auto point = point_of(body.value());
  if (!point) return point.error();
  Json spec{{"problem", Json::object()}};
  for (const std::string_view name : advisor::json::kProblemFields) {
    const std::string key(name);
    if (body.value().contains(key)) spec["problem"][key] = body.value()[key];
  }
  const advisor::Evaluation& evaluation = point.value();
  if (evaluation.loss_weight && !has_fixed_loss_weight(evaluation.problem.convention)) {
    spec["loss_weight"] = *evaluation.loss_weight;
  }
  spec["temperature"] = evaluation.temperature;
  for (const Place& place : kPlaces) {
    const std::string field(place.field);
    if (!fields.value().contains(field)) continue;
    (place.section == nullptr ? spec : spec[place.section])[place.name] = fields.value()[field];
  }
  return spec;
}

}  // namespace ssem::api::cli
