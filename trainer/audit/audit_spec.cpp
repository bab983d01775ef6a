#include "trainer/audit/audit_spec.h"

#include <array>
#include <nlohmann/json.hpp>

#include "trainer/spec/section_reader.h"

namespace ssem::trainer {
namespace {

constexpr std::array<std::string_view, 4> kConventions{"anchor_excluded", "anchor_included", "supcon", "dcl"};
constexpr std::array<std::string_view, 1> kMode{"audit"};

}  // namespace

bool asks_for_audit(const nlohmann::ordered_json& body) {
  return body.is_object() && body.contains("mode") && body["mode"] == "audit";
}

Result<AuditSpec> read_audit_spec(const nlohmann::ordered_json& body) {
  FaultList faults;
  SectionReader in(body, "", faults);
  AuditSpec spec;
  std::string mode, convention(kConventions.front());
  double temperature = 0, loss_weight = -1;
  std::int64_t instances = 0;
  in.choice("mode", mode, kMode);
  in.text("embeddings", spec.embeddings);
  if (!in.has("embeddings")) in.fault("embeddings", "is required: a .npz, .csv or .safetensors file");
  in.number("temperature", temperature, {advisor::kLowestTemperature, advisor::kHighestTemperature, false, false});
  in.number("loss_weight", loss_weight, {0, 1, false, false});
  in.choice("convention", convention, kConventions);
  in.integer("instances_per_class", instances, 1, advisor::kMaxInstancesPerClass);
  in.text("output_directory", spec.output_directory);
  if (!in.has("temperature")) {
    for (const char* name : {"loss_weight", "instances_per_class"}) in.forbid(name, "needs a temperature beside it");
  }
  if (advisor::has_fixed_loss_weight(*advisor::convention_from(convention))) {
    in.forbid("loss_weight", "is fixed by the batch in convention " + convention);
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
