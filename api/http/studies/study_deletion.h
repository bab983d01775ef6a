// Deleting a study, with the artifacts that belong to it alone.
#pragma once

#include <cstdint>

#include "api/artifacts/artifact_folder.h"
#include "api/http/idempotency/idempotent_answers.h"
#include "api/studies/study_store.h"

namespace ssem::api::http {

// `artifacts` is null where none are kept, or where they are to stay.
Response delete_with_artifacts(const Request& request, studies::StudyStore& store, artifacts::ArtifactFolder* artifacts,
                               std::int64_t study_id, const StudyResponse& done, const Refuse& refuse = study_refusal);

}  // namespace ssem::api::http
