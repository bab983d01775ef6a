// Every closed form against 50 digits, through the same entry that users have.
#include "tests/advisor/reference_vectors.h"

#include <doctest/doctest.h>

#include "advisor/evaluation.h"
#include "advisor/model/ssem_model.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

void check_file(const std::string& name) {
  const nlohmann::json cases = reference_cases(name);
  REQUIRE(cases.size() > 30);
  for (const nlohmann::json& row : cases) {
    CAPTURE(row.dump());
    EvaluationRequest request;
    request.problem = problem_of(row);
    request.temperature = value_of(row.at("temperature"));
    if (row.contains("loss_weight")) request.loss_weight = value_of(row.at("loss_weight"));
    const Evaluation got = evaluate(request);

    CHECK(relative_error(got.loss_weight_threshold, value_of(row.at("loss_weight_threshold"))) < 1e-13);
    CHECK(relative_error(got.one_minus_loss_weight_threshold, value_of(row.at("one_minus_loss_weight_threshold"))) <
          1e-13);
    CHECK(relative_error(got.temperature_threshold, value_of(row.at("temperature_threshold"))) < 1e-13);
    CHECK(got.collapsed == row.at("collapsed").get<bool>());
    CHECK(std::abs(*got.within_class_similarity - value_of(row.at("within_class_similarity"))) < 1e-13);
    CHECK(std::abs(*got.between_class_similarity - value_of(row.at("between_class_similarity"))) < 1e-13);
    CHECK(relative_error(*got.loss_value, value_of(row.at("loss"))) < 1e-13);
    const bool near_threshold =
        std::abs(*got.loss_weight - got.loss_weight_threshold) < 1e-5 * got.loss_weight_threshold;
    const double variance_tolerance = near_threshold ? 1e-5 : 1e-9;
    CHECK(relative_error(*got.within_class_variance, value_of(row.at("within_class_variance"))) < variance_tolerance);
    CHECK(relative_error(*got.one_minus_within_class_similarity,
                         value_of(row.at("one_minus_within_class_similarity"))) < variance_tolerance);
    CHECK(relative_error(*got.between_class_variance, value_of(row.at("between_class_variance"))) < 1e-9);
    if (row.contains("view_split_loss_weight")) {
      const double split = value_of(row.at("view_split_loss_weight"));
      const SsemModel model(got.problem);
      CHECK(relative_error(*model.view_split_loss_weight(got.temperature), split) < 1e-11);
      CHECK(got.view_split_loss_weight.has_value() == (split > 0));
    } else if (row.at("convention") == "anchor_included") {
      CHECK_FALSE(got.view_split_loss_weight.has_value());
    }
    if (row.contains("ssem_is_global_minimum")) {
      CHECK(got.view_split == !row.at("ssem_is_global_minimum").get<bool>());
    }
    if (row.contains("alpha_effective")) {
      CHECK(relative_error(*got.loss_weight, value_of(row.at("alpha_effective"))) < 1e-13);
    }
    if (row.contains("d_within_d_loss_weight")) {
      CHECK(relative_error(got.sensitivity->within_per_loss_weight, value_of(row.at("d_within_d_loss_weight"))) < 1e-9);
      CHECK(std::abs(got.sensitivity->within_per_log_temperature - value_of(row.at("d_within_d_log_temperature"))) <
            1e-9);
    }
  }
}

}  // namespace

TEST_CASE("evaluations of balanced batches agree with 50-digit values") { check_file("batch_vectors.json"); }

TEST_CASE("evaluations of mini-batches from a data set agree with 50-digit values") {
  check_file("minibatch_vectors.json");
}
