#include "api/jobs/validation_request.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

using namespace ssem;
using namespace ssem::api::jobs;
using Json = nlohmann::ordered_json;

TEST_CASE("a request becomes ssem-train's spec, and every fault is named at once") {
  const Datasets datasets;
  const Json good = Json::parse(
      R"({"problem":{"classes":4,"batch_size":20,"dimension":8},"loss_weight":0.5,"temperature":0.2,"mode":"encoder",
          "dataset":"shapes","budget":{"epochs":2.5},"seed":9,"device":"cuda"})");
  const auto read = read_validation(good, datasets);
  REQUIRE(read);
  CHECK(read.value().dataset == "shapes");
  CHECK(read.value().spec.get() ==
        Json::parse(R"({"problem":{"classes":4,"batch_size":20,"dimension":8},"loss_weight":0.5,"temperature":0.2,
                        "mode":"encoder","budget":{"epochs":2.5},"seed":9})"));
  CHECK(read.value().point->problem.batch_size == 20);
  CHECK(read.value().point->loss_weight == 0.5);
  const auto bad = read_validation(
      Json::parse(R"({"problem":{"classes":1},"temperature":-1,"mode":"encoder","budget":{"steps":0},"x":1})"),
      datasets);
  REQUIRE_FALSE(bad);
  std::set<std::string> paths;
  for (const FieldFault& fault : bad.error().fields) paths.insert(fault.path);
  for (const char* path : {"/problem/classes", "/temperature", "/dataset", "/budget/steps", "/x", "/loss_weight"}) {
    CAPTURE(path);
    CHECK(paths.count(path) == 1);
  }
  for (const char* text : {"[]", "3", "null", "\"x\""}) CHECK_FALSE(read_validation(Json::parse(text), datasets));
}

TEST_CASE("a variance to hold is handed to the trainer, in encoder mode only, and its faults come at once") {
  const auto faults_of = [](const std::string& text) {
    const auto read = read_validation(Json::parse(text), Datasets());
    std::string all;
    if (!read) {
      for (const FieldFault& fault : read.error().fields) all += fault.path + ' ';
    }
    return all;
  };
  const std::string start = R"({"problem":{"classes":10,"batch_size":200,"dimension":32},"recommend":true,)";
  CHECK(faults_of(start + R"("control":{"target_within_class_variance":0.3}})") == "/control ");
  const std::string encoder = start + R"("mode":"encoder","dataset":"shapes",)";
  CHECK(faults_of(encoder + R"("control":{"target_within_class_variance":0.3}})").empty());
  for (const char* wrong : {"0", "1", "\"a\"", "true"}) {
    CAPTURE(wrong);
    CHECK(faults_of(encoder + R"("control":{"target_within_class_variance":)" + wrong + "}}")
              .find("/control/target_within_class_variance") != std::string::npos);
  }
  CHECK(faults_of(encoder + R"("control":{}})").find("/control/target_within_class_variance") != std::string::npos);
  CHECK(faults_of(encoder + R"("control":7})").find("/control ") != std::string::npos);
  CHECK(faults_of(encoder + R"("control":{"target_within_class_variance":0.3,"gain":1}})").find("/control/gain") !=
        std::string::npos);
}

TEST_CASE("a loss weight beside negatives_only reaches the trainer, and plain SupCon's does not") {
  const auto spec_of = [](const std::string& convention) {
    return read_validation(Json::parse(R"({"problem":{"classes":4,"batch_size":20,"dimension":8,"convention":")" +
                                       convention + R"("},"loss_weight":0.9,"temperature":0.3})"),
                           Datasets())
        .value()
        .spec.get();
  };
  CHECK(spec_of("negatives_only")["loss_weight"] == 0.9);
  CHECK_FALSE(spec_of("supcon").contains("loss_weight"));
}
