#include "trainer/audit/audit_spec.h"

#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/training/spec_fields.h"
#include "trainer/spec/section_reader.h"

namespace ssem::trainer {
namespace {

namespace protocol = advisor::json::training;

constexpr std::array<std::string_view, 6> kConventions{"anchor_excluded", "anchor_included", "supcon", "dcl",
                                                       "cross_view",      "negatives_only"};
constexpr std::array<std::string_view, 1> kModes{protocol::kAuditMode};

}  // namespace

bool asks_for_audit(const nlohmann::ordered_json& body) {
  return body.is_object() && body.contains(protocol::kMode) && body[protocol::kMode] == protocol::kAuditMode;
}

Result<AuditSpec> read_audit_spec(const nlohmann::ordered_json& body) {
  FaultList faults;
  SectionReader in(body, "", faults);
  AuditSpec spec;
  std::string mode, convention(kConventions.front());
  double temperature = 0, loss_weight = -1;
  std::int64_t instances = 0;
  in.choice(protocol::kMode, mode, kModes);
  in.text(protocol::kEmbeddings, spec.embeddings);
  if (!in.has(protocol::kEmbeddings))
    in.fault(protocol::kEmbeddings, "is required: a file of " + std::string(protocol::kAuditFormatsText));
  in.number(protocol::kTemperature, temperature,
            {advisor::kLowestTemperature, advisor::kHighestTemperature, false, false});
  in.number(protocol::kLossWeight, loss_weight, {0, 1, false, false});
  in.choice(protocol::kConvention, convention, kConventions);
  in.integer(protocol::kInstancesPerClass, instances, 1, advisor::kMaxInstancesPerClass);
  in.text(protocol::kEmbeddingColumns, spec.embedding_columns);
  in.text(protocol::kOutputDirectory, spec.output_directory);
  in.flag(protocol::kLabels, spec.labels);
  if (!spec.labels) {
    for (const std::string_view name : {protocol::kLossWeight, protocol::kConvention, protocol::kInstancesPerClass})
      in.forbid(name, "needs labels; this audit is without them");
  }
  if (spec.labels && !in.has(protocol::kTemperature)) {
    for (const std::string_view name : {protocol::kLossWeight, protocol::kInstancesPerClass})
      in.forbid(name, "needs a temperature beside it");
  }
  if (spec.labels && advisor::has_fixed_loss_weight(*advisor::convention_from(convention))) {
    in.forbid(protocol::kLossWeight, "is fixed by the batch in convention " + convention);
  }
  in.finish();
  if (!faults.empty()) return faults.to_error();
  spec.convention = *advisor::convention_from(convention);
  if (temperature > 0) spec.temperature = temperature;
  if (loss_weight >= 0) spec.loss_weight = loss_weight;
  if (instances > 0) spec.instances_per_class = instances;
  return spec;
}

}  // namespace ssem::trainer
