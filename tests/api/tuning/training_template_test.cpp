#include "api/tuning/training_template.h"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "advisor/goals.h"
#include "advisor/recommendation.h"
#include "api/studies/distribution.h"
#include "api/tuning/study_config.h"

using namespace ssem;
using namespace ssem::api;
using namespace ssem::api::tuning;
using studies::Direction;
using Json = nlohmann::ordered_json;

namespace {

TrainingTemplate read(const char* text, FaultList& faults) {
  return read_training_template(Json::parse(text), jobs::Datasets(), "/validation", faults);
}

TrainingTemplate good(const char* text) {
  FaultList faults;
  TrainingTemplate training = read(text, faults);
  CAPTURE(text);
  REQUIRE(faults.empty());
  return training;
}

studies::Study study_with(std::vector<Direction> directions, const char* config = nullptr) {
  studies::Study study;
  study.directions = std::move(directions);
  study.system_attributes = {
      {std::string(kStudyConfigAttribute),
       config != nullptr ? config : R"({"problem":{"classes":4,"batch_size":20,"dimension":8}})"}};
  return study;
}

studies::Trial trial_with(std::vector<std::pair<std::string, double>> params) {
  studies::Trial trial;
  trial.trial_id = 17;
  for (const auto& [name, value] : params) {
    trial.params.push_back(studies::param_from(name, value, studies::FloatDistribution{0, 10, {}, false}));
  }
  return trial;
}

const std::vector<std::pair<std::string, double>> kPoint{{"loss_weight", 0.5}, {"temperature", 0.25}};

std::optional<studies::IntermediateValue> on_the_way(const char* objective, const char* progress) {
  return intermediate_value_of({{objective}, 0.3}, Json::parse(progress));
}

}  // namespace

TEST_CASE("a template keeps what it was given, and reads what the server itself acts upon") {
  const char* text =
      R"({"mode":"encoder","dataset":"shapes","device":"cuda:1","budget":{"steps":5},"objective":["knn_accuracy"],
          "target_within_class_variance":0.2})";
  const TrainingTemplate training = good(text);
  CHECK(training.encoder);
  CHECK(training.device == "cuda:1");
  CHECK(training.objectives == std::vector<std::string>{"knn_accuracy"});
  CHECK(training.target == 0.2);
  CHECK(to_json(training) == Json::parse(text));
  CHECK(good(R"({"objective":"loss_value"})").objectives == std::vector<std::string>{"loss_value"});
  const TrainingTemplate none;
  CHECK(to_json(none) == Json::object());
  CHECK_FALSE(none.encoder);
  CHECK(none.device == "auto");
  CHECK(to_json(good("{}")) == Json::object());
}

TEST_CASE("every fault of a template is named with the place it was given at") {
  FaultList faults;
  read(R"({"mode":"encoder","objective":["speed"],"target_within_class_variance":1,"path":"/etc","seed":-1})", faults);
  for (const char* path : {"/validation/dataset", "/validation/objective", "/validation/target_within_class_variance",
                           "/validation/path", "/validation/seed"}) {
    CAPTURE(path);
    CHECK(faults.has(path));
  }
  for (const char* text : {"[]", "3", "null", R"({"objective":[]})", R"({"objective":3})"}) {
    FaultList found;
    read(text, found);
    CAPTURE(text);
    CHECK_FALSE(found.empty());
  }
}

TEST_CASE("a study keeps its own template, and nonsense in its place is the default one") {
  studies::Study study;
  CHECK(to_json(training_template_of(study)) == Json::object());
  study.system_attributes = {{std::string(kTrainingTemplateAttribute), R"({"budget":{"steps":9}})"}};
  CHECK(to_json(training_template_of(study)) == Json::parse(R"({"budget":{"steps":9}})"));
  for (const char* nonsense : {"", "[]", "null", "{", "7"}) {
    study.system_attributes[0].value_json = nonsense;
    CHECK(to_json(training_template_of(study)) == Json::object());
  }
}

TEST_CASE("a trial's parameters go where they belong in its request") {
  auto params = kPoint;
  params.emplace_back("learning_rate", 0.125);
  const auto request = request_for(study_with({Direction::maximize}), trial_with(params),
                                   good(R"({"mode":"encoder","dataset":"shapes","seed":4})"), jobs::Datasets());
  REQUIRE(request);
  CHECK(request.value().trial_id == 17);
  CHECK(request.value().dataset == "shapes");
  CHECK(request.value().spec.get() ==
        Json::parse(R"({"problem":{"classes":4,"batch_size":20,"dimension":8},"loss_weight":0.5,"temperature":0.25,
                        "mode":"encoder","seed":4,"optimizer":{"learning_rate":0.125}})"));
  REQUIRE(request.value().objective);
  CHECK(request.value().objective->names == std::vector<std::string>{"linear_probe_accuracy"});
  CHECK(request.value().objective->target == 0.3);
}

TEST_CASE("what is minimised without an objective is the error of the variance, at the template's target") {
  const auto request = request_for(study_with({Direction::minimize}), trial_with(kPoint),
                                   good(R"({"target_within_class_variance":0.1})"), jobs::Datasets());
  REQUIRE(request);
  CHECK(request.value().objective->names == std::vector<std::string>{std::string(kVarianceError)});
  CHECK(request.value().objective->target == 0.1);
}

TEST_CASE("trials that could not be trained are refused with the field that is wrong") {
  const auto fault = [](const studies::Study& study, const studies::Trial& trial, const char* training) {
    const auto request = request_for(study, trial, good(training), jobs::Datasets());
    REQUIRE_FALSE(request);
    return request.error();
  };
  const studies::Study study = study_with({Direction::minimize});
  CHECK(fault(study_with({Direction::minimize}, "{}"), trial_with(kPoint), "{}").fields[0].path == "/problem");
  CHECK(fault(study_with({Direction::maximize}), trial_with(kPoint), "{}").fields[0].path == "/objective");
  CHECK(fault(study, trial_with(kPoint), R"({"objective":["loss_value","view_variance"]})").code ==
        ErrorCode::unprocessable);
  auto params = kPoint;
  params.emplace_back("depth", 2);
  CHECK(fault(study, trial_with(params), "{}").fields[0].path == "/params/depth");
  params.back().first = "momentum";
  CHECK(fault(study, trial_with(params), "{}").message.find("belongs to mode encoder") != std::string::npos);
  CHECK(fault(study, trial_with({{"temperature", 0.1}}), "{}").fields[0].path == "/loss_weight");
}

TEST_CASE("without a target the study's goal gives one, and without a goal the advisor") {
  const auto target = [](const char* problem, const char* training) {
    return *aimed(good(training), study_with({Direction::minimize}, problem)).target;
  };
  constexpr const char* kTransfer = R"({"problem":{"classes":4,"batch_size":20,"dimension":8,"goal":"transfer"}})";
  CHECK(target(kTransfer, "{}") == *advisor::evidence_for(advisor::Goal::transfer).target);
  CHECK(target(kTransfer, R"({"target_within_class_variance":0.2})") == 0.2);
  CHECK(target(R"({"problem":{"classes":4,"batch_size":20,"goal":"same_labels"}})", "{}") == 0);
  CHECK(target(R"({"problem":{"classes":4,"batch_size":20,"goal":"unknown"}})", "{}") ==
        advisor::kDefaultTargetWithinClassVariance);
  CHECK(target(R"({"sampler":"random"})", "{}") == advisor::kDefaultTargetWithinClassVariance);
  const auto request =
      request_for(study_with({Direction::minimize}, kTransfer), trial_with(kPoint), good("{}"), jobs::Datasets());
  REQUIRE(request);
  CHECK(request.value().objective->target == *advisor::evidence_for(advisor::Goal::transfer).target);
}

TEST_CASE("values come from the report in the order of the objectives") {
  const Json report = Json::parse(
      R"({"measured":{"within_class_variance":0.5,"loss_value":"-inf","knn_accuracy":0.75,"fine_accuracy":"nan"}})");
  const jobs::Objective objective{{"knn_accuracy", std::string(kVarianceError), "loss_value"}, 0.2};
  const auto values = values_of(objective, report);
  REQUIRE(values);
  REQUIRE(values.value().size() == 3);
  CHECK(values.value()[0] == 0.75);
  CHECK(values.value()[1] == doctest::Approx(0.3));
  CHECK(values.value()[2] == -std::numeric_limits<double>::infinity());
  for (const char* name : {"fine_accuracy", "effective_rank"}) {
    const auto missing = values_of({{name}, 0.2}, report);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message == std::string(name) + " was not measured in this run");
  }
  for (const char* none : {"null", "{}", "[]", R"({"verdict":"confirmed"})"}) {
    CHECK_FALSE(values_of(objective, Json::parse(none)));
  }
}

TEST_CASE("values on the way stand at steps that trials share") {
  const char* variance = "within_class_variance";
  CHECK_FALSE(on_the_way(variance, R"({"step":19,"total_steps":400,"within_class_variance":0.5})"));
  CHECK(on_the_way(variance, R"({"step":20,"total_steps":400,"within_class_variance":0.5})")->step == 20);
  CHECK(on_the_way(variance, R"({"step":59,"total_steps":400,"within_class_variance":0.5})")->step == 40);
  CHECK(on_the_way(variance, R"({"step":3,"total_steps":5,"within_class_variance":0.5})")->step == 3);
  CHECK_FALSE(on_the_way(variance, R"({"step":255,"total_steps":null,"within_class_variance":0.5})"));
  CHECK(on_the_way(variance, R"({"step":1023,"within_class_variance":0.5})")->step == 512);
  CHECK(on_the_way(kVarianceError.data(), R"({"step":400,"total_steps":400,"within_class_variance":0.5})")->value ==
        doctest::Approx(0.2));
  CHECK(on_the_way("loss_value", R"({"step":400,"total_steps":400,"loss":1.5})")->value == 1.5);
}

TEST_CASE("progress that says nothing of the objective is no value") {
  for (const char* text : {"{}", "null", "[]", R"({"step":400,"total_steps":400})",
                           R"({"step":0,"within_class_variance":0.5})", R"({"step":"x","within_class_variance":0.5})",
                           R"({"step":400,"total_steps":400,"within_class_variance":"nan"})"}) {
    CAPTURE(text);
    CHECK_FALSE(on_the_way("within_class_variance", text));
  }
  CHECK_FALSE(intermediate_value_of({{"within_class_variance", "loss_value"}, 0.3},
                                    Json::parse(R"({"step":400,"within_class_variance":0.5,"loss":1})")));
}

TEST_CASE("a batch size among a trial's parameters is the one that is trained, in place of images of each class") {
  const auto study =
      study_with({Direction::minimize}, R"({"problem":{"classes":4,"instances_per_class":5,"dimension":8}})");
  studies::Trial trial = trial_with(kPoint);
  trial.params.push_back(studies::param_from("batch_size", 40, studies::IntDistribution{20, 80, 1, false}));
  const auto request = request_for(study, trial, good("{}"), jobs::Datasets());
  REQUIRE(request);
  CHECK(request.value().spec.get().at("problem") == Json::parse(R"({"classes":4,"dimension":8,"batch_size":40})"));
  CHECK(request.value().point->problem.batch_size == 40);
}
