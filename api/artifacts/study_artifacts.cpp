#include "api/artifacts/study_artifacts.h"

#include <string_view>
#include <utility>

#include "advisor/json/text_writer.h"
#include "api/studies/python_json.h"

namespace ssem::api::artifacts {
namespace {

using studies::Attribute;
using studies::PythonValue;
using Kind = PythonValue::Kind;

constexpr std::string_view kPrefix = "artifacts:";
constexpr std::string_view kOlderPrefix = "dashboard:artifacts:";

std::optional<ArtifactMeta> meta_from(const std::string& value_json) {
  const auto outer = studies::parse_python_json(value_json);
  if (!outer || outer.value().kind != Kind::text) return std::nullopt;
  const auto inner = studies::parse_python_json(outer.value().text);
  if (!inner || inner.value().kind != Kind::dictionary) return std::nullopt;
  const auto text = [&](std::string_view name) -> std::optional<std::string> {
    const PythonValue* value = inner.value().find(name);
    return value != nullptr && value->kind == Kind::text ? std::optional(value->text) : std::nullopt;
  };
  return ArtifactMeta{text("artifact_id").value_or(""), text("filename").value_or(""), text("mimetype").value_or(""),
                      text("encoding")};
}

void collect(const studies::Attributes& attributes, std::set<std::string>& ids) {
  for (const Attribute& attribute : attributes) {
    const bool is_artifact = attribute.key.compare(0, kPrefix.size(), kPrefix) == 0 ||
                             attribute.key.compare(0, kOlderPrefix.size(), kOlderPrefix) == 0;
    if (is_artifact && meta_from(attribute.value_json)) ids.insert(attribute.key.substr(attribute.key.rfind(':') + 1));
  }
}

std::set<std::string> ids_of(const studies::StudyTable& table, const studies::Study& study) {
  std::set<std::string> ids;
  collect(study.system_attributes, ids);
  const auto trials = table.trials(study.study_id);
  if (!trials) return ids;
  for (const studies::TrialPtr& trial : trials.value()) collect(trial->system_attributes, ids);
  return ids;
}

}  // namespace

std::string key_of(const std::string& artifact_id) { return std::string(kPrefix) + artifact_id; }

std::string older_key(std::int64_t trial_id, const std::string& artifact_id) {
  return std::string(kOlderPrefix) + std::to_string(trial_id) + ':' + artifact_id;
}

Attribute attribute_of(const ArtifactMeta& meta) {
  advisor::json::TextWriter inner(256);
  inner.begin_object();
  inner.field("artifact_id", meta.artifact_id);
  inner.field("filename", meta.filename);
  inner.field("mimetype", meta.mimetype);
  inner.field("encoding", meta.encoding);
  inner.end_object();
  advisor::json::TextWriter outer(320);
  outer.value(std::move(inner).take());
  return {key_of(meta.artifact_id), std::move(outer).take()};
}

std::optional<ArtifactMeta> find_artifact(const studies::Study& study, const studies::Trial* trial,
                                          const std::string& artifact_id) {
  const auto of = [](const studies::Attributes& attributes, const std::string& key) -> std::optional<ArtifactMeta> {
    const std::string* value = studies::find_attribute(attributes, key);
    return value == nullptr ? std::nullopt : meta_from(*value);
  };
  if (trial == nullptr) return of(study.system_attributes, key_of(artifact_id));
  if (auto older = of(study.system_attributes, older_key(trial->trial_id, artifact_id))) return older;
  return of(trial->system_attributes, key_of(artifact_id));
}

std::set<std::string> artifacts_of_alone(const studies::StudyTable& table, std::int64_t study_id) {
  const auto study = table.study(study_id);
  if (!study) return {};
  std::set<std::string> ids = ids_of(table, *study.value());
  for (const studies::StudyPtr& other : table.studies()) {
    if (ids.empty()) break;
    if (other->study_id == study_id) continue;
    for (const std::string& id : ids_of(table, *other)) ids.erase(id);
  }
  return ids;
}

}  // namespace ssem::api::artifacts
