#include "api/cli/request_flags.h"

#include <doctest/doctest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "advisor/json/field_names.h"

namespace ssem::api::cli {
namespace {

bool holds(const std::vector<RequestFlag>& flags, std::string_view field) {
  return std::any_of(flags.begin(), flags.end(), [&](const RequestFlag& flag) { return flag.field == field; });
}

GivenFields parsed(std::vector<std::string> arguments) {
  CLI::App app;
  GivenFields given;
  add_request_flags(app, problem_flags(), "Problem", given);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  return given;
}

}  // namespace

TEST_CASE("every field of a request has a flag with an explanation, and no flag is without a field") {
  for (const std::string_view field : advisor::json::kProblemFields) CHECK(holds(problem_flags(), field));
  for (const std::string_view field : advisor::json::kEvaluationFields) CHECK(holds(evaluation_flags(), field));
  for (const std::string_view field : advisor::json::kRecommendationFields) CHECK(holds(recommendation_flags(), field));
  CHECK(problem_flags().size() == advisor::json::kProblemFields.size());
  CHECK(evaluation_flags().size() == advisor::json::kEvaluationFields.size());
  CHECK(recommendation_flags().size() == advisor::json::kRecommendationFields.size());
  for (const auto* flags : {&problem_flags(), &evaluation_flags(), &recommendation_flags()}) {
    for (const RequestFlag& flag : *flags) CHECK(flag.help.size() > 10);
  }
}

TEST_CASE("a loss weight is always explained as the weight of the self-supervised term") {
  for (const auto* flags : {&evaluation_flags(), &recommendation_flags()}) {
    for (const RequestFlag& flag : *flags) {
      if (flag.field == "loss_weight") CHECK(flag.help.find("Weight of the self-supervised term") == 0);
    }
  }
}

TEST_CASE("flags give text, in either spelling, negative numbers and repetitions included") {
  CHECK(parsed({"--classes", "10", "--batch-size=512"}) == GivenFields{{"classes", "10"}, {"batch_size", "512"}});
  CHECK(parsed({"--views", "-3"}) == GivenFields{{"views", "-3"}});
  CHECK(parsed({"--views", "-inf"}) == GivenFields{{"views", "-inf"}});
  CHECK(parsed({"--views", ""}) == GivenFields{{"views", ""}});
  CHECK(parsed({"--views", "2", "--views", "3"}) == GivenFields{{"views", "2"}, {"views", "3"}});
  CHECK(parsed({"--class-counts", "[5,6]"}) == GivenFields{{"class_counts", "[5,6]"}});
}

TEST_CASE("a flag has dashes where a field has underscores") { CHECK(flag_of("batch_size") == "--batch-size"); }

TEST_CASE("faults are one line each and speak of flags") {
  Error error;
  error.fields = {{"/batch_size", "must be an integer, got 1.9"},
                  {"/instances_per_class", "excludes batch_size: give exactly one of the two"},
                  {"/class_counts/2", "must be an integer from 1 to 9, got 0"},
                  {"/dataset_instances_per_class", "must be >= instances_per_class"},
                  {"", "must have at most 100 fields"}};
  CHECK(flag_faults(error) ==
        "--batch-size: must be an integer, got 1.9\n"
        "--instances-per-class: excludes --batch-size: give exactly one of the two\n"
        "--class-counts at index 2: must be an integer from 1 to 9, got 0\n"
        "--dataset-instances-per-class: must be >= --instances-per-class\n"
        "the request: must have at most 100 fields\n");
}

TEST_CASE("enumerations offer their choices") {
  CHECK(choices_of("convention").size() == 7);
  CHECK(choices_of("sampling").size() == 2);
  CHECK(choices_of("reduction").size() == 2);
  CHECK(choices_of("classes").empty());
}

}  // namespace ssem::api::cli
