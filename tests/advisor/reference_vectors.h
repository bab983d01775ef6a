// The 50-digit values under data/, read once.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/advisor/problems.h"

namespace ssem::advisor::test {

inline nlohmann::json reference_cases(const std::string& name) {
  std::ifstream file(std::string(SSEM_TEST_DATA_DIR) + "/" + name);
  return nlohmann::json::parse(file).at("cases");
}

inline double value_of(const nlohmann::json& number) {
  return number.is_string() ? std::stod(number.get<std::string>()) : number.get<double>();
}

inline Problem problem_of(const nlohmann::json& row) {
  ProblemFields fields;
  fields.classes = row.at("classes").get<std::int64_t>();
  fields.instances_per_class = row.at("instances_per_class").get<std::int64_t>();
  fields.views = row.at("views").get<std::int64_t>();
  fields.convention = convention_from(row.at("convention").get<std::string>());
  if (row.contains("dimension")) fields.dimension = row.at("dimension").get<std::int64_t>();
  if (row.contains("dataset_instances_per_class")) {
    fields.dataset_instances_per_class = row.at("dataset_instances_per_class").get<std::int64_t>();
  } else {
    fields.dataset_is_batch = true;
  }
  return checked(fields);
}

}  // namespace ssem::advisor::test
