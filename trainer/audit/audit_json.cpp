#include "trainer/audit/audit_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/audit_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "trainer/report/report_json.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::number;
namespace protocol = advisor::json::training;

constexpr double kUnit = 1e-3;

Json class_json(const AuditedClass& entry) {
  Json json{{protocol::kLabel, entry.label},
            {protocol::kRows, entry.geometry.rows},
            {protocol::kInstances, entry.geometry.instances},
            {protocol::kWithinClassVariance, number(entry.geometry.within_class_variance)},
            {protocol::kViewVariance, number(entry.geometry.view_variance)},
            {protocol::kCollapsed, entry.collapsed}};
  if (!entry.name.empty()) json[protocol::kClassName] = entry.name;
  return json;
}

Json reading_json(const Reading& reading, const AuditSpec& spec) {
  Json json{{protocol::kTemperature, *spec.temperature},
            {"matching_loss_weight", reading.matching_loss_weight ? number(*reading.matching_loss_weight) : Json()},
            {"loss_weight_threshold", number(reading.collapse_threshold)},
            {protocol::kProblem, advisor::json::to_json(reading.problem)}};
  if (reading.given) json[protocol::kPredicted] = advisor::json::to_json(*reading.given);
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
  Json json{{protocol::kEmbeddings, spec.embeddings},
            {protocol::kRegime, name(audit.regime)},
            {protocol::kDiagnosis, audit.diagnosis},
            {protocol::kRows, audit.rows},
            {protocol::kClasses, audit.classes},
            {protocol::kFineClasses, audit.fine_classes},
            {protocol::kInstances, audit.instances},
            {protocol::kDimension, audit.dimension},
            {protocol::kNormalised, normalised},
            {protocol::kNorms,
             {{protocol::kLeast, number(audit.least_norm)}, {protocol::kLargest, number(audit.largest_norm)}}},
            {protocol::kWithinClassVariance, number(geometry.within_class_variance)},
            {protocol::kBetweenClassVariance, number(geometry.between_class_variance)},
            {protocol::kViewVariance, number(geometry.view_variance)},
            {protocol::kWithinClassSimilarity, number(geometry.within_class_similarity)},
            {protocol::kBetweenClassSimilarity, number(geometry.between_class_similarity)},
            {protocol::kViewSimilarity, number(geometry.view_similarity)},
            {protocol::kNestedVariance, to_json(audit.nested)},
            {protocol::kEffectiveRank, number(audit.effective_rank)},
            {"compared_rows", audit.compared_rows},
            {protocol::kAlignment, number(audit.spread.alignment)},
            {protocol::kUniformity, number(audit.spread.uniformity)},
            {"knn_neighbours", audit.neighbours},
            {protocol::kKnnAccuracy, number(audit.knn.unweighted)},
            {protocol::kWeightedKnnAccuracy, number(audit.knn.weighted)},
            {protocol::kFineKnnAccuracy, number(audit.fine_knn.unweighted)},
            {"weighted_fine_knn_accuracy", number(audit.fine_knn.weighted)}};
  if (!audit.coordinate_names.empty()) json["columns"] = columns_json(audit);
  if (audit.reading) json["reading"] = reading_json(*audit.reading, spec);
  Json classes = Json::array();
  for (const AuditedClass& entry : audit.per_class) classes.push_back(class_json(entry));
  json[protocol::kPerClass] = std::move(classes);
  return json;
}

}  // namespace ssem::trainer
