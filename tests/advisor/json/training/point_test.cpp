#include "advisor/json/training/point.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

using namespace ssem;
using namespace ssem::advisor::json::training;
using Json = nlohmann::ordered_json;

namespace {

std::set<std::string> fault_paths(const char* text) {
  FaultList faults;
  CHECK_FALSE(read_point(Json::parse(text), faults));
  std::set<std::string> paths;
  for (const FieldFault& fault : faults.to_error().fields) paths.insert(fault.path);
  return paths;
}

using Paths = std::set<std::string>;

}  // namespace

TEST_CASE("problem, loss weight and temperature are read from among a spec's other fields") {
  FaultList faults;
  const auto point = read_point(
      Json::parse(R"({"mode":"encoder","problem":{"classes":4,"batch_size":20},"loss_weight":0.5,"temperature":0.2})"),
      faults);
  REQUIRE(point);
  CHECK(faults.empty());
  CHECK(point->problem.classes == 4);
  CHECK(point->problem.instances_per_class == 5);
  CHECK(point->loss_weight == 0.5);
  CHECK(point->temperature == 0.2);
}

TEST_CASE("faults have their paths from the root of the spec, those of the problem and those beside it") {
  CHECK(fault_paths(R"({"problem":{"classes":1,"batch_size":20,"x":1},"loss_weight":2})") ==
        Paths{"/problem/classes", "/problem/x", "/loss_weight", "/temperature"});
  CHECK(fault_paths(R"({"problem":{"classes":4,"batch_size":20,"temperature":0.1},"loss_weight":0.5})") ==
        Paths{"/problem/temperature", "/temperature"});
  CHECK(fault_paths(R"({"loss_weight":0.5,"temperature":0.2})") == Paths{"/problem"});
  CHECK(fault_paths(R"({"problem":[],"loss_weight":0.5,"temperature":0.2})") == Paths{"/problem"});
  CHECK(fault_paths(R"({"problem":{"classes":4,"batch_size":20,"convention":"supcon_in"},"loss_weight":0.5,
                        "temperature":0.2})") == Paths{"/problem/convention"});
  CHECK(fault_paths(R"({"problem":{"classes":4,"batch_size":20,"convention":"cross_view","queue_size":30},
                        "loss_weight":0.5,"temperature":0.2})") == Paths{"/problem/queue_size"});
  CHECK(fault_paths(R"({"problem":{"classes":4,"batch_size":20,"cross_entropy_weight":0.1},"loss_weight":0.5,
                        "temperature":0.2})") == Paths{"/problem/cross_entropy_weight"});
}

TEST_CASE("a problem is written as a request may have it, and reads back as the same") {
  for (const char* text :
       {R"({"classes":4,"batch_size":20,"dimension":8,"views":2,"convention":"dcl","classes_per_batch":2})",
        R"({"classes":4,"batch_size":20,"sampling":"random","dataset_instances_per_class":50})",
        R"({"classes":4,"batch_size":20,"convention":"cross_view"})",
        R"({"class_counts":[9,5,2],"batch_size":8,"sampling":"random"})"}) {
    CAPTURE(text);
    Json body{{"problem", Json::parse(text)}, {"loss_weight", 0.5}, {"temperature", 0.1}};
    FaultList faults;
    const auto point = read_point(body, faults);
    REQUIRE(point);
    body["problem"] = problem_json(point->problem);
    const auto again = read_point(body, faults);
    REQUIRE(again);
    CHECK(problem_json(again->problem) == body["problem"]);
    CHECK(again->problem.instances_per_class == point->problem.instances_per_class);
    CHECK(again->problem.class_counts == point->problem.class_counts);
  }
}
