#include "api/http/studies/study_deletion.h"

#include <set>
#include <string>

#include "api/artifacts/study_artifacts.h"

namespace ssem::api::http {

Response delete_with_artifacts(const Request& request, studies::StudyStore& store, artifacts::ArtifactFolder* artifacts,
                               std::int64_t study_id, const StudyResponse& done, const Refuse& refuse) {
  std::set<std::string> ids;
  Response response = write_idempotent(
      request, store,
      [&](studies::StudyTable& table) -> Result<StudyResponse> {
        if (artifacts != nullptr) ids = artifacts::artifacts_of_alone(table, study_id);
        if (auto fault = table.delete_study(study_id)) return *fault;
        return done;
      },
      refuse);
  // After the change is kept: a study that stays has its files.
  if (response.status < 400) {
    for (const std::string& id : ids) {
      if (artifacts::is_artifact_id(id)) artifacts->remove(id);
    }
  }
  return response;
}

}  // namespace ssem::api::http
