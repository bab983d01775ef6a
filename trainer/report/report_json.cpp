#include "trainer/report/report_json.h"

#include <nlohmann/json.hpp>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "trainer/spec/spec_json.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::number;

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::confirmed:
      return "confirmed";
    case Outcome::refuted:
      return "refuted";
    case Outcome::inconclusive:
      break;
  }
  return "inconclusive";
}

const char* name(Cause cause) {
  switch (cause) {
    case Cause::not_at_optimum:
      return "not_at_optimum";
    case Cause::encoder_cannot:
      return "encoder_cannot";
    case Cause::theory_off:
      return "theory_off";
    case Cause::none:
      break;
  }
  return "none";
}

Json class_json(const ClassGeometry& geometry) {
  return {{"rows", geometry.rows},
          {"instances", geometry.instances},
          {"within_class_variance", number(geometry.within_class_variance)},
          {"view_variance", number(geometry.view_variance)}};
}

Json measured_json(const Measured& measured) {
  const Geometry& geometry = measured.geometry;
  Json json{{"collapsed", measured.collapsed},
            {"within_class_similarity", number(geometry.within_class_similarity)},
            {"between_class_similarity", number(geometry.between_class_similarity)},
            {"within_class_variance", number(geometry.within_class_variance)},
            {"between_class_variance", number(geometry.between_class_variance)},
            {"view_variance", number(measured.view_variance)},
            {"view_similarity", number(measured.view_similarity)},
            {"train_within_class_variance",
             number(measured.train_geometry ? measured.train_geometry->within_class_variance : kNotMeasured)},
            {"loss_value", number(measured.loss_value)},
            {"gradient_norm", number(measured.gradient_norm)},
            {"knn_accuracy", number(measured.knn_accuracy)},
            {"weighted_knn_accuracy", number(measured.weighted_knn_accuracy)},
            {"linear_probe_accuracy", number(measured.linear_probe_accuracy)},
            {"fine_accuracy", number(measured.fine_accuracy)},
            {"embedding_fine_accuracy", number(measured.embedding_fine_accuracy)},
            {"effective_rank", number(measured.effective_rank)}};
  if (measured.nested) json["nested_variance"] = to_json(*measured.nested);
  Json classes = Json::array();
  for (const ClassGeometry& entry : geometry.per_class) classes.push_back(class_json(entry));
  json["per_class"] = std::move(classes);
  return json;
}

Json blas_json(const blas::BlasFacts& facts) {
  return {{"library", facts.library},
          {"kernel", facts.kernel.empty() ? Json() : Json(facts.kernel)},
          {"gflops", number(facts.gflops)}};
}

}  // namespace

Json to_json(const NestedVariance& nested) {
  Json json{{"total", number(nested.total)}, {"between_classes", number(nested.between_classes)}};
  if (nested.between_fine) json["between_fine"] = number(*nested.between_fine);
  json["between_instances"] = number(nested.between_instances);
  if (nested.between_views) json["between_views"] = number(*nested.between_views);
  return json;
}

Json to_json(const RunReport& report) {
  return {{"verdict", name(report.verdict.outcome)},
          {"why", report.verdict.why},
          {"cause", name(report.verdict.cause)},
          {"predicted", advisor::json::to_json(report.predicted)},
          {"measured", measured_json(report.measured)},
          {"converged", report.facts.converged},
          {"convergence_why", report.facts.convergence_why},
          {"cancelled", report.facts.cancelled},
          {"device", report.device},
          {"steps", report.steps},
          {"notes", report.notes},
          {"elapsed_s", number(report.elapsed_s)},
          {"images_per_s", number(report.images_per_s)},
          {"blas", blas_json(report.blas)},
          {"spec", to_json(report.spec)}};
}

}  // namespace ssem::trainer
