#include "advisor/json/requests.h"

#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "advisor/json/field_names.h"
#include "advisor/json/strict_parse.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;
using Faults = std::map<std::string, std::string>;

const Json kEvaluation = Json::parse(R"({"classes":10,"batch_size":512,"loss_weight":0.5,"temperature":0.1})");

template <class T>
Faults faults_in(const Result<T>& result) {
  Faults faults;
  if (result) return faults;
  CHECK(result.error().code == ErrorCode::invalid_argument);
  CHECK_FALSE(result.error().message.empty());
  for (const auto& fault : result.error().fields) faults[fault.path] = fault.message;
  CHECK(faults.size() == result.error().fields.size());  // one fault a field
  return faults;
}

Faults evaluation_faults(const Json& body) { return faults_in(read_evaluation_request(body)); }

Json with(Json body, const char* field, Json value) {
  body[field] = std::move(value);
  return body;
}

}  // namespace

TEST_CASE("a plain evaluation request is read with the defaults") {
  const auto request = read_evaluation_request(kEvaluation);
  REQUIRE(request);
  CHECK(request.value().problem.classes == 10);
  CHECK(request.value().problem.instances_per_class == 51);
  CHECK(request.value().problem.views == 2);
  CHECK(request.value().problem.convention == Convention::anchor_excluded);
  CHECK_FALSE(request.value().problem.dimension);
  CHECK(request.value().loss_weight == 0.5);
  CHECK(request.value().temperature == 0.1);
}

TEST_CASE("every field of the problem arrives") {
  const auto request = read_evaluation_request(Json::parse(
      R"({"classes":100,"instances_per_class":8,"dimension":128,"views":4,"convention":"dcl","sampling":"balanced",
          "classes_per_batch":50,"reduction":"pair_mean","dataset_instances_per_class":500,"loss_weight":1,"temperature":1})"));
  REQUIRE(request);
  const Problem& problem = request.value().problem;
  CHECK(problem.classes == 100);
  CHECK(problem.instances_per_class == 8);
  CHECK(problem.batch_size == 400);
  CHECK(problem.dimension == 128);
  CHECK(problem.views == 4);
  CHECK(problem.convention == Convention::dcl);
  CHECK(problem.classes_per_batch == 50);
  CHECK(problem.reduction == Reduction::pair_mean);
  CHECK(problem.dataset_instances_per_class == 500);
  CHECK(request.value().loss_weight == 1.0);

  const auto counts = read_evaluation_request(Json::parse(
      R"({"class_counts":[5000,500,50],"batch_size":256,"sampling":"random","loss_weight":0.5,"temperature":0.1})"));
  REQUIRE(counts);
  CHECK(counts.value().problem.class_counts == std::vector<std::int64_t>{5000, 500, 50});
  CHECK(counts.value().problem.sampling == Sampling::random);
}

TEST_CASE("an integer is an integer and nothing else") {
  const std::map<std::string, std::string> wrong{{"true", "true"},           {"1.9", "1.9"},
                                                 {"10.5", "10.5"},           {"\"10\"", "\"10\""},
                                                 {"null", "null"},           {"[10]", "an array of 1"},
                                                 {"{\"a\":1}", "an object"}, {"1e-1", "0.1"}};
  for (const auto& [given, shown] : wrong) {
    CAPTURE(given);
    for (const char* field : {"classes", "batch_size", "dimension", "views"}) {
      const Faults faults = evaluation_faults(with(kEvaluation, field, Json::parse(given)));
      CHECK(faults == Faults{{"/" + std::string(field), "must be an integer, got " + shown}});
    }
  }
}

TEST_CASE("a whole number is an integer however it is written") {
  for (const char* given : {"10", "10.0", "1e1", "100e-1"}) {
    CAPTURE(given);
    const auto request = read_evaluation_request(with(kEvaluation, "classes", Json::parse(given)));
    REQUIRE(request);
    CHECK(request.value().problem.classes == 10);
  }
  CHECK(evaluation_faults(with(kEvaluation, "classes", Json::parse("1e300"))).count("/classes") == 1);
}

TEST_CASE("a number is a finite number and nothing else") {
  for (const char* given : {"true", "\"0.5\"", "\"inf\"", "\"nan\"", "null", "[]", "{}"}) {
    CAPTURE(given);
    const Faults faults = evaluation_faults(with(kEvaluation, "temperature", Json::parse(given)));
    REQUIRE(faults.size() == 1);
    CHECK(faults.at("/temperature").rfind("must be a number, got ", 0) == 0);
  }
  const Faults faults = evaluation_faults(with(kEvaluation, "loss_weight", std::numeric_limits<double>::quiet_NaN()));
  CHECK(faults.count("/loss_weight") == 1);
}

TEST_CASE("integers beyond 64 bits break the range, not the type") {
  for (const char* given : {"9223372036854775808", "18446744073709551615", "123456789012345678901234567890", "1e300"}) {
    CAPTURE(given);
    const Faults faults = evaluation_faults(with(kEvaluation, "dimension", parse_strict(given).value()));
    REQUIRE(faults.size() == 1);
    CHECK(faults.at("/dimension").rfind("must be an integer from 1 to 2147483647, got ", 0) == 0);
  }
}

TEST_CASE("loss weight and temperature have ranges") {
  for (const double loss_weight : {-0.1, 1.0000001, -1e300}) {
    CHECK(evaluation_faults(with(kEvaluation, "loss_weight", loss_weight)).count("/loss_weight") == 1);
  }
  for (const double temperature : {0.0, -1.0, 0.99e-4, 1.01e4}) {
    const Faults faults = evaluation_faults(with(kEvaluation, "temperature", temperature));
    REQUIRE(faults.size() == 1);
    CHECK(faults.at("/temperature").rfind("must be from 1e-4 to 1e4, got ", 0) == 0);
  }
  for (const double temperature : {1e-4, 1e4})
    CHECK(read_evaluation_request(with(kEvaluation, "temperature", temperature)));
  for (const double loss_weight : {0.0, 1.0})
    CHECK(read_evaluation_request(with(kEvaluation, "loss_weight", loss_weight)));
}

TEST_CASE("a misspelt field is a fault that names the one that was meant") {
  Json body = kEvaluation;
  body.erase("temperature");
  body["temprature"] = 0.1;
  body["zzz"] = 1;
  const Faults faults = evaluation_faults(body);
  CHECK(faults.at("/temprature") == "is no known field; did you mean temperature?");
  CHECK(faults.at("/zzz") == "is no known field");
  CHECK(faults.count("/temperature") == 1);
  CHECK(faults.size() == 3);
}

TEST_CASE("many unknown fields are counted, not listed") {
  Json body = kEvaluation;
  for (int index = 0; index < 500; ++index) body["unknown_" + std::to_string(index)] = 1;
  const Faults faults = evaluation_faults(body);
  CHECK(faults.size() == 21);
  CHECK(faults.at("") == "has 480 more unknown fields");
}

TEST_CASE("all faults of a request come together") {
  const Faults faults = evaluation_faults(Json::parse(
      R"({"classes":1,"batch_size":true,"dimension":0,"views":1.5,"convention":"supcom","sampling":7,"reduction":"mean",
          "loss_weight":2,"temperature":"hot","extra":1})"));
  for (const char* path : {"/classes", "/batch_size", "/dimension", "/views", "/convention", "/sampling", "/reduction",
                           "/loss_weight", "/temperature", "/extra"}) {
    CAPTURE(path);
    CHECK(faults.count(path) == 1);
  }
  CHECK(faults.size() == 10);
  CHECK(faults.at("/convention").find("did you mean supcon?") != std::string::npos);
}

TEST_CASE("missing fields are named") {
  const Faults faults = evaluation_faults(Json::object());
  for (const char* path : {"/classes", "/batch_size", "/loss_weight", "/temperature"}) CHECK(faults.count(path) == 1);
  CHECK(faults.size() == 4);
}

TEST_CASE("a loss weight is required where the convention has one") {
  Json body = kEvaluation;
  body.erase("loss_weight");
  for (const char* convention : {"anchor_excluded", "anchor_included", "dcl"}) {
    CHECK(evaluation_faults(with(body, "convention", convention)).count("/loss_weight") == 1);
  }
  for (const char* convention : {"supcon", "supcon_in"}) {
    CHECK(read_evaluation_request(with(body, "convention", convention)));
    CHECK(read_evaluation_request(with(kEvaluation, "convention", convention)));
  }
}

TEST_CASE("contradictory fields are a fault") {
  CHECK(evaluation_faults(with(kEvaluation, "instances_per_class", 5)).count("/instances_per_class") == 1);
  CHECK(evaluation_faults(with(kEvaluation, "class_counts", {5, 6})).count("/classes") == 1);
  Json fixed = kEvaluation;
  CHECK(faults_in(read_recommendation_request(fixed)).count("/temperature") == 1);
  fixed.erase("temperature");
  CHECK(read_recommendation_request(fixed));
}

TEST_CASE("a bad class count is one fault of the list") {
  Json body = kEvaluation;
  body.erase("classes");
  for (const char* given : {"\"5,6\"", "[5,\"x\"]", "[5,6.5]", "[5,true]", "[5,1e30]", "7", "null"}) {
    CAPTURE(given);
    const Faults faults = evaluation_faults(with(body, "class_counts", Json::parse(given)));
    CHECK(faults.size() == 1);
    CHECK(faults.count("/class_counts") == 1);
  }
}

TEST_CASE("classes that cannot be read leave nothing to divide between GPUs and queues, and are said") {
  const Json body = Json::parse(R"({"batch_size":512,"gpus":8,"loss_gathers":false,"loss_weight":0.5,"temperature":0.1,
                                    "class_counts":[false,[]],"queue_size":64,"dataset_instances_per_class":100})");
  for (const char* convention : {"anchor_excluded", "cross_view", "supcon_in"}) {
    CAPTURE(convention);
    const Faults faults = evaluation_faults(with(body, "convention", convention));
    CHECK(faults.count("/class_counts") + faults.count("/class_counts/0") == 1);
  }
}

TEST_CASE("an unknown library is one fault, with the name that is meant by its initials") {
  const auto refused = read_recommendation_request(
      Json::parse(R"({"classes":10,"batch_size":512,"library":"pml","library_temperature":0.1})"));
  REQUIRE_FALSE(refused);
  REQUIRE(refused.error().fields.size() == 1);
  CHECK(refused.error().fields[0].path == "/library");
  CHECK(refused.error().fields[0].message.ends_with("; did you mean pytorch_metric_learning?"));
}

TEST_CASE("a body that is no object is one fault") {
  for (const char* given : {"[]", "1", "\"x\"", "null", "true"}) {
    CAPTURE(given);
    CHECK(evaluation_faults(Json::parse(given)).count("") == 1);
    CHECK(faults_in(read_recommendation_request(Json::parse(given))).size() == 1);
    CHECK(faults_in(read_phase_diagram_request(Json::parse(given))).size() == 1);
  }
}

TEST_CASE("the target of a recommendation lies strictly between 0 and 1") {
  Json body = Json::parse(R"({"classes":10,"batch_size":512})");
  CHECK(read_recommendation_request(body));
  CHECK_FALSE(read_recommendation_request(body).value().target_within_class_variance);
  const auto aimed = read_recommendation_request(with(body, "target_within_class_variance", 0.2));
  REQUIRE(aimed);
  CHECK(aimed.value().target_within_class_variance == 0.2);
  for (const double target : {0.0, 1.0, -0.1, 1e9}) {
    CHECK(faults_in(read_recommendation_request(with(body, "target_within_class_variance", target)))
              .count("/target_within_class_variance") == 1);
  }
}

TEST_CASE("a phase diagram has default axes and refuses impossible ones") {
  const Json body = Json::parse(R"({"classes":10,"batch_size":512})");
  const auto request = read_phase_diagram_request(body);
  REQUIRE(request);
  CHECK(request.value().loss_weights == PhaseDiagramRequest{}.loss_weights);
  CHECK(request.value().max_temperature == PhaseDiagramRequest{}.max_temperature);
  const auto axes = read_phase_diagram_request(Json::parse(
      R"({"classes":10,"batch_size":512,"loss_weights":2,"temperatures":512,"min_loss_weight":0.1,"max_loss_weight":0.9,
          "min_temperature":0.05,"max_temperature":5})"));
  REQUIRE(axes);
  CHECK(axes.value().loss_weights == 2);
  CHECK(axes.value().temperatures == 512);
  CHECK(axes.value().min_loss_weight == 0.1);
  CHECK(axes.value().max_temperature == 5.0);
  const Faults faults = faults_in(read_phase_diagram_request(
      Json::parse(R"({"classes":10,"batch_size":512,"loss_weights":1,"temperatures":513,"min_loss_weight":0.5,
                      "max_loss_weight":0.5,"min_temperature":3})")));
  CHECK(faults.count("/loss_weights") == 1);
  CHECK(faults.count("/temperatures") == 1);
  CHECK(faults.count("/max_loss_weight") == 1);
  CHECK(faults.count("/max_temperature") == 1);
  CHECK(faults.size() == 4);
}

TEST_CASE("levels and schedules are never dropped where a request is read for training") {
  const Json point = {{"classes", 10}, {"batch_size", 100}, {"loss_weight", 0.5}, {"temperature", 0.1}};
  for (const auto& [field, value] :
       {std::pair{"label_levels", "10:1,5:1"}, {"temperature_schedule", "learned:1:0.1"}}) {
    Json body = point;
    body[field] = value;
    CHECK(evaluation_faults(body).contains("/" + std::string(field)));
  }
}

TEST_CASE("every field on the lists is known to the readers") {
  const auto unknown = [](const Faults& faults, std::string_view field) {
    const auto fault = faults.find("/" + std::string(field));
    return fault != faults.end() && fault->second.find("no known field") != std::string::npos;
  };
  for (const std::string_view field : kProblemFields) {
    CAPTURE(field);
    CHECK_FALSE(unknown(evaluation_faults(Json{{std::string(field), true}}), field));
  }
  for (const std::string_view field : kRecommendationFields) {
    CHECK_FALSE(unknown(faults_in(read_recommendation_request(Json{{std::string(field), true}})), field));
  }
  for (const std::string_view field : kPhaseDiagramFields) {
    CHECK_FALSE(unknown(faults_in(read_phase_diagram_request(Json{{std::string(field), true}})), field));
    CHECK(unknown(evaluation_faults(Json{{std::string(field), true}}), field));
  }
}

}  // namespace ssem::advisor::json
