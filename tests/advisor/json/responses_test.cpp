#include "advisor/json/responses.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "advisor/json/strict_parse.h"
#include "advisor/json/text_writer.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

Problem cifar10() {
  Problem problem;
  problem.classes = 10;
  problem.batch_size = 512;
  problem.instances_per_class = 51;
  problem.classes_per_batch = 10;
  return problem;
}

const std::vector<std::string> kEvaluationKeys{"problem",
                                               "loss",
                                               "loss_weight",
                                               "temperature",
                                               "collapsed",
                                               "loss_weight_threshold",
                                               "one_minus_loss_weight_threshold",
                                               "temperature_threshold",
                                               "view_split",
                                               "view_split_loss_weight",
                                               "within_class_similarity",
                                               "one_minus_within_class_similarity",
                                               "between_class_similarity",
                                               "within_class_variance",
                                               "between_class_variance",
                                               "max_within_class_variance",
                                               "loss_value",
                                               "loss_ladder",
                                               "sensitivity",
                                               "margin",
                                               "dimension_regime",
                                               "estimated_within_class_variance",
                                               "large_dimension",
                                               "assumed",
                                               "warnings"};

std::string written(double value) {
  TextWriter out(32);
  out.value(value);
  return std::move(out).take();
}

}  // namespace

TEST_CASE("a problem is written in the contract's order, absent fields as null") {
  const Json json = to_json(cifar10());
  CHECK(keys(json) == std::vector<std::string>{"classes", "batch_size", "instances_per_class", "dimension", "views",
                                               "convention", "sampling", "classes_per_batch", "reduction",
                                               "dataset_instances_per_class"});
  CHECK(json["dimension"].is_null());
  CHECK(json["dataset_instances_per_class"].is_null());
  CHECK(json["convention"] == "anchor_excluded");
  Problem imbalanced = cifar10();
  imbalanced.class_counts = {5000, 500};
  CHECK(to_json(imbalanced)["class_counts"] == Json{5000, 500});
}

TEST_CASE("an evaluation has the contract's fields in its order") {
  Evaluation evaluation;
  evaluation.problem = cifar10();
  evaluation.temperature = 0.1;
  evaluation.temperature_threshold = kInf;
  evaluation.margin = {-kInf, std::nan("")};
  const Json json = to_json(evaluation);
  CHECK(keys(json) == kEvaluationKeys);
  CHECK(json["loss"] == "(1 - loss_weight) * supervised + loss_weight * self_supervised");
  for (const char* name : {"loss_weight", "view_split_loss_weight", "within_class_similarity", "within_class_variance",
                           "loss_ladder", "sensitivity", "dimension_regime", "estimated_within_class_variance"}) {
    CAPTURE(name);
    CHECK(json[name].is_null());
  }
  CHECK(json["temperature_threshold"] == "inf");
  CHECK(json["margin"]["loss_weight_logit"] == "-inf");
  CHECK(json["margin"]["log_temperature"] == "nan");
  CHECK(json["warnings"] == Json::array());
}

TEST_CASE("an evaluation carries its values") {
  Evaluation evaluation;
  evaluation.problem = cifar10();
  evaluation.problem.class_counts = {5000, 50};
  evaluation.loss_weight = 0.5;
  evaluation.loss_ladder = LossLadder{7.0, 6.0, 5.0, 4.0};
  evaluation.sensitivity = Sensitivity{1.5, -2.5};
  evaluation.dimension_regime = DimensionRegime::boundary_exact;
  evaluation.per_class.push_back({1, 50, 2.5, 0.25, true, 0.125});
  evaluation.warnings.push_back({"view_split", "Views \"drift\"."});
  const Json json = to_json(evaluation);
  CHECK(dump(json["loss_ladder"]) == R"({"initialisation":7.0,"all_equal":6.0,"collapsed":5.0,"optimum":4.0})");
  CHECK(dump(json["sensitivity"]) == R"({"within_per_log_temperature":1.5,"within_per_loss_weight":-2.5})");
  CHECK(json["dimension_regime"] == "boundary_exact");
  CHECK(dump(json["per_class"][0]) ==
        R"({"class_index":1,"class_count":50,"instances_in_batch":2.5,"loss_weight_threshold":0.25,"collapsed":true,)"
        R"("estimated_within_class_variance":0.125})");
  CHECK(json["warnings"][0]["message"] == "Views \"drift\".");
}

TEST_CASE("a recommendation is an evaluation and more") {
  Recommendation recommendation;
  recommendation.evaluation.problem = cifar10();
  recommendation.why = {"Because.", "And\ttoo."};
  recommendation.alternatives.push_back({0.5, 0.1, 0.3, {2.0, kInf}});
  recommendation.what_to_type.push_back({"SupContrast", "a = \"b\"\nc", Convention::dcl, 0.25, 0.5, "note", false});
  recommendation.plain_supcon_loss_weight = 0.0099;
  recommendation.numerics.push_back({"PyTorch", "float32", 0.01});
  const Json json = to_json(recommendation);
  std::vector<std::string> expected = kEvaluationKeys;
  for (const char* name : {"feasible", "target_within_class_variance", "why", "what_would_help", "alternatives",
                           "what_to_type", "equivalent", "numerics", "goals"}) {
    expected.emplace_back(name);
  }
  CHECK(keys(json) == expected);
  CHECK(json["why"][1] == "And\ttoo.");
  CHECK(json["alternatives"][0]["margin"]["log_temperature"] == "inf");
  CHECK(
      dump(json["what_to_type"][0]) ==
      R"({"library":"SupContrast","code":"a = \"b\"\nc","convention":"dcl","loss_weight":0.25,"temperature":0.5,"note":"note","possible":false})");
  CHECK(dump(json["equivalent"]) == R"({"plain_supcon_loss_weight":0.0099,"plain_supcon_collapses":true})");
  CHECK(dump(json["numerics"][0]) == R"({"library":"PyTorch","dtype":"float32","lowest_safe_temperature":0.01})");
}

TEST_CASE("a phase diagram has axes, matrix and boundaries") {
  PhaseDiagram diagram;
  diagram.problem = cifar10();
  diagram.loss_weights = {0.0, 1.0};
  diagram.temperatures = {0.1, 0.2, 0.4};
  diagram.within_class_variance = {{0, 0, 0}, {0.5, 0.25, 0.125}};
  diagram.boundary = {0.1, 0.2, 1.5};
  const Json json = to_json(diagram);
  CHECK(keys(json) == std::vector<std::string>{"problem", "loss_weights", "temperatures", "within_class_variance",
                                               "boundary", "view_split_boundary"});
  CHECK(json["within_class_variance"] == Json{{0.0, 0.0, 0.0}, {0.5, 0.25, 0.125}});
  CHECK(json["view_split_boundary"] == Json::array());
}

TEST_CASE("doubles read back exactly and stay doubles") {
  CHECK(written(1.0) == "1.0");
  CHECK(written(-0.0) == "-0.0");
  CHECK(written(1e300) == "1e+300");
  CHECK(written(0.1) == "0.1");
  CHECK(written(kInf) == "\"inf\"");
  std::mt19937_64 random(4);
  for (int round = 0; round < 20'000; ++round) {
    double value = 0;
    const std::uint64_t bits = random();
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = written(value);
    CHECK(std::strtod(text.c_str(), nullptr) == value);
    CHECK(Json::parse(text).is_number_float());
  }
}

}  // namespace ssem::advisor::json
