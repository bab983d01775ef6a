// Which artifacts belong to what: system attributes "artifacts:ID" of studies and trials, and of a study
// "dashboard:artifacts:TRIAL:ID", as older dashboards wrote it. Each holds what is known of the file, as JSON in a JSON
// text, or null where it was deleted.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "api/studies/study_table.h"

namespace ssem::api::artifacts {

struct ArtifactMeta {
  std::string artifact_id;
  std::string filename;
  std::string mimetype;
  std::optional<std::string> encoding;
};

std::string key_of(const std::string& artifact_id);
studies::Attribute attribute_of(const ArtifactMeta& meta);
std::string older_key(std::int64_t trial_id, const std::string& artifact_id);

// Of the study itself, or of one of its trials; nothing where it is not theirs.
std::optional<ArtifactMeta> find_artifact(const studies::Study& study, const studies::Trial* trial,
                                          const std::string& artifact_id);

// The ids that nobody names once the study has gone: copies of a study share their artifacts.
std::set<std::string> artifacts_of_alone(const studies::StudyTable& table, std::int64_t study_id);

}  // namespace ssem::api::artifacts
