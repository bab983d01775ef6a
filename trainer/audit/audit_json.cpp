#include "trainer/audit/audit_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "trainer/report/report_json.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::number;

constexpr double kUnit = 1e-3;

Json class_json(const AuditedClass& entry) {
  return {{"label", entry.label},
          {"rows", entry.geometry.rows},
          {"instances", entry.geometry.instances},
          {"within_class_variance", number(entry.geometry.within_class_variance)},
          {"view_variance", number(entry.geometry.view_variance)},
          {"collapsed", entry.collapsed}};
}

Json reading_json(const Reading& reading, const AuditSpec& spec) {
  Json json{{"temperature", *spec.temperature},
            {"matching_loss_weight", reading.matching_loss_weight ? number(*reading.matching_loss_weight) : Json()},
            {"loss_weight_threshold", number(reading.collapse_threshold)},
            {"problem", advisor::json::to_json(reading.problem)}};
  if (reading.given) json["predicted"] = advisor::json::to_json(*reading.given);
  return json;
}

Json columns_json(const Audit& audit) {
  Json left_out = Json::array();
  for (const LeftOutColumn& column : audit.left_out) left_out.push_back({{"name", column.name}, {"why", column.why}});
  return {{"coordinates", audit.coordinate_names}, {"left_out", std::move(left_out)}};
}

}  // namespace

Json to_json(const Audit& audit, const AuditSpec& spec) {
  const Geometry& geometry = audit.geometry;
  const bool normalised = std::abs(audit.least_norm - 1) > kUnit || std::abs(audit.largest_norm - 1) > kUnit;
  Json json{{"embeddings", spec.embeddings},
            {"regime", name(audit.regime)},
            {"diagnosis", audit.diagnosis},
            {"rows", audit.rows},
            {"classes", audit.classes},
            {"fine_classes", audit.fine_classes},
            {"instances", audit.instances},
            {"dimension", audit.dimension},
            {"normalised", normalised},
            {"norms", {{"least", number(audit.least_norm)}, {"largest", number(audit.largest_norm)}}},
            {"within_class_variance", number(geometry.within_class_variance)},
            {"between_class_variance", number(geometry.between_class_variance)},
            {"view_variance", number(geometry.view_variance)},
            {"within_class_similarity", number(geometry.within_class_similarity)},
            {"between_class_similarity", number(geometry.between_class_similarity)},
            {"view_similarity", number(geometry.view_similarity)},
            {"nested_variance", to_json(audit.nested)},
            {"effective_rank", number(audit.effective_rank)},
            {"alignment", number(audit.spread.alignment)},
            {"uniformity", number(audit.spread.uniformity)},
            {"knn_neighbours", audit.neighbours},
            {"knn_accuracy", number(audit.knn.unweighted)},
            {"weighted_knn_accuracy", number(audit.knn.weighted)},
            {"fine_knn_accuracy", number(audit.fine_knn.unweighted)},
            {"weighted_fine_knn_accuracy", number(audit.fine_knn.weighted)}};
  if (!audit.coordinate_names.empty()) json["columns"] = columns_json(audit);
  if (audit.reading) json["reading"] = reading_json(*audit.reading, spec);
  Json classes = Json::array();
  for (const AuditedClass& entry : audit.per_class) classes.push_back(class_json(entry));
  json["per_class"] = std::move(classes);
  return json;
}

}  // namespace ssem::trainer
