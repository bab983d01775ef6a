// The whole of Optuna's BaseStorage over HTTP: /api/v1/storage/*.
#pragma once

#include "api/artifacts/artifact_folder.h"
#include "api/http/router.h"
#include "api/studies/study_store.h"
#include "api/tuning/trial_issuer.h"

namespace ssem::api::http {

// All outlive the router; `artifacts` is null where none are kept. Who asks a study with a problem for its waiting
// trials while none waits finds one with a suggestion as its fixed parameters: so advice reaches the study.ask() of
// stock Optuna.
void add_storage_routes(Router& router, studies::StudyStore& store, tuning::TrialIssuer& issuer,
                        artifacts::ArtifactFolder* artifacts);

}  // namespace ssem::api::http
