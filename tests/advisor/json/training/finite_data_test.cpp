#include "advisor/json/training/finite_data.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace ssem;
using namespace ssem::advisor;
using namespace ssem::advisor::json::training;
using Json = nlohmann::ordered_json;

TEST_CASE("without a data set size the batch is the data set, and the person is told that advice differs there") {
  Json problem = Json::parse(R"({"classes":10,"batch_size":60})");
  const std::string note = make_data_finite(problem);
  CHECK(problem == Json::parse(R"({"classes":10,"batch_size":60,"dataset":"batch"})"));
  CHECK(note.find("has another pair") != std::string::npos);
}

TEST_CASE("shuffled batches are drawn from eight batches' worth of images, fifty of each class at least") {
  const auto images = [](const char* text) {
    Json problem = Json::parse(text);
    const std::string note = make_data_finite(problem);
    const auto size = problem.at("dataset_instances_per_class").get<std::int64_t>();
    CHECK(note.find(std::to_string(size) + " images of each class") != std::string::npos);
    return size;
  };
  CHECK(images(R"({"classes":10,"batch_size":60,"sampling":"random"})") == 50);
  CHECK(images(R"({"classes":10,"batch_size":512,"sampling":"random"})") == 8 * 52);
  CHECK(images(R"({"classes":10,"batch_size":512,"sampling":"random","gpus":2,"loss_gathers":false})") == 8 * 52);
}

TEST_CASE("a data set that was named stays what it is, and a wrong problem is left to its own faults") {
  for (const char* text :
       {R"({"classes":10,"batch_size":60,"dataset_instances_per_class":70})",
        R"({"classes":10,"instances_per_class":6,"dataset":"batch"})", R"({"class_counts":[50,20],"batch_size":16})",
        R"({"preset":"cifar10","sampling":"random"})", R"({"classes":1,"batch_size":"x","sampling":"random"})"}) {
    Json problem = Json::parse(text);
    CHECK(make_data_finite(problem).empty());
    CHECK(problem == Json::parse(text));
  }
}
