#include "trainer/report/report_json.h"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "advisor/json/strict_parse.h"
#include "tests/trainer/report/made_progress.h"
#include "trainer/spec/read_spec.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

TrainSpec small_spec() {
  return read_spec(
             Json::parse(R"({"problem":{"classes":3,"instances_per_class":4},"loss_weight":0.5,"temperature":0.1})"))
      .value();
}

RunReport small_report() {
  RunReport report;
  report.spec = small_spec();
  report.predicted = advisor::evaluate({report.spec.problem, 0.5, 0.1});
  report.measured.loss_value = 1.0 / 3.0;
  report.measured.gradient_norm = std::numeric_limits<double>::infinity();
  report.measured.fine_accuracy = kNan;
  report.measured.geometry.per_class = {{8, 4, 0.25, kNan}};
  report.verdict = {Outcome::refuted, Cause::encoder_cannot, "because"};
  report.facts.converged = true;
  report.device = "cpu";
  report.blas = {"OpenBLAS 0.3.21", "SkylakeX", 228.5};
  return report;
}

}  // namespace

TEST_CASE("a report has the contract's fields, and numbers that are not finite are words") {
  const Json json = to_json(small_report());
  CHECK(json["verdict"] == "refuted");
  CHECK(json["cause"] == "encoder_cannot");
  CHECK(json["why"] == "because");
  CHECK(json["converged"] == true);
  CHECK(json["variance_tolerance"] == variance_tolerance(small_report().predicted, false));
  CHECK(json["predicted"]["collapsed"] == false);
  CHECK(json["predicted"]["problem"]["classes"] == 3);
  const Json& measured = json["measured"];
  for (const char* name : {"collapsed", "within_class_similarity", "between_class_similarity", "within_class_variance",
                           "between_class_variance", "view_variance", "loss_value", "gradient_norm", "knn_accuracy",
                           "linear_probe_accuracy", "fine_accuracy", "effective_rank"}) {
    CHECK_MESSAGE(measured.contains(name), name);
  }
  CHECK(measured["loss_value"] == 1.0 / 3.0);
  CHECK(measured["gradient_norm"] == "inf");
  CHECK(measured["fine_accuracy"] == "nan");
  CHECK(measured["per_class"][0]["view_variance"] == "nan");
  CHECK(json["spec"]["problem"]["classes"] == 3);
  CHECK(advisor::json::dump(json).find("null,\"knn") == std::string::npos);
}

TEST_CASE("a report names the BLAS, its kernel and its rate") {
  RunReport report = small_report();
  CHECK(to_json(report)["blas"] == Json{{"library", "OpenBLAS 0.3.21"}, {"kernel", "SkylakeX"}, {"gflops", 228.5}});
  report.blas.kernel.clear();  // MKL does not say
  CHECK(to_json(report)["blas"]["kernel"].is_null());
}

TEST_CASE("a report's spec can be run again") {
  const auto again = read_spec(to_json(small_report())["spec"]);
  REQUIRE(again);
  CHECK(again.value().problem.batch_size == 12);
}

}  // namespace ssem::trainer
