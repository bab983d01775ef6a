#include "trainer/audit/unlabelled/unlabelled_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/audit_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"

namespace ssem::trainer {

nlohmann::ordered_json to_json(const UnlabelledAudit& audit, const AuditSpec& spec) {
  using Json = nlohmann::ordered_json;
  using advisor::json::number;
  namespace protocol = advisor::json::training;
  constexpr double kUnitWithin = 1e-3;
  const bool normalised =
      std::abs(audit.least_norm - 1) > kUnitWithin || std::abs(audit.largest_norm - 1) > kUnitWithin;
  const advisor::TemperatureBand& band = audit.advice.band;
  Json left_out = Json::array();
  for (const LeftOutColumn& column : audit.left_out) left_out.push_back({{"name", column.name}, {"why", column.why}});
  Json json{{protocol::kEmbeddings, spec.embeddings},
            {protocol::kLabels, false},
            {protocol::kRegime, name(audit.spread)},
            {protocol::kDiagnosis, audit.diagnosis},
            {protocol::kRows, audit.rows},
            {protocol::kInstances, audit.instances},
            {protocol::kDimension, audit.dimension},
            {protocol::kNormalised, normalised},
            {protocol::kNorms,
             {{protocol::kLeast, number(audit.least_norm)}, {protocol::kLargest, number(audit.largest_norm)}}},
            {protocol::kTotalVariance, number(audit.total_variance)},
            {protocol::kViewVariance, number(audit.view_variance)},
            {protocol::kViewSimilarity, number(audit.view_similarity)},
            {protocol::kMeanSimilarity, number(audit.mean_similarity)},
            {protocol::kNearestSimilarity, number(audit.nearest_similarity)},
            {protocol::kEffectiveRank, number(audit.effective_rank)},
            {protocol::kComponents, audit.components},
            {protocol::kDirections, audit.directions},
            {"compared_rows", audit.compared_rows},
            {protocol::kUniformity, number(audit.uniformity)},
            {protocol::kEvenUniformity, number(audit.advice.uniformity)},
            {"temperature_band",
             {{"low", band.low}, {"high", band.high}, {"first", band.first}, {"why", std::string(band.why)}}},
            {"columns", {{"coordinates", audit.coordinate_names}, {"left_out", std::move(left_out)}}}};
  if (spec.temperature) json[protocol::kTemperature] = *spec.temperature;
  return json;
}

}  // namespace ssem::trainer
