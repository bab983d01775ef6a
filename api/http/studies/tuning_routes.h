// Ask and tell for tuners in any language: /api/v1/studies, /api/v1/trials, /api/v1/suggestions.
#pragma once

#include "api/artifacts/artifact_folder.h"
#include "api/http/idempotency/idempotent_answers.h"
#include "api/http/router.h"
#include "api/studies/study_store.h"
#include "api/tuning/study_runs.h"
#include "api/tuning/trial_issuer.h"
#include "api/tuning/trial_validations.h"

namespace ssem::api::http {

// Store and issuer outlive the router.
void add_study_routes(Router& router, studies::StudyStore& store, const jobs::Datasets& datasets,
                      artifacts::ArtifactFolder* artifacts);
// What an ask with "validate" needs besides.
struct Validating {
  tuning::TrialValidations& trials;
  const jobs::Datasets& datasets;
};
void add_ask_routes(Router& router, studies::StudyStore& store, tuning::TrialIssuer& issuer,
                    const Validating& validating);
void add_run_routes(Router& router, studies::StudyStore& store, tuning::StudyRuns& runs, const Validating& validating,
                    AnswersOnce& answers);
void add_trial_routes(Router& router, studies::StudyStore& store);
void add_suggestion_route(Router& router, studies::StudyStore& store);

}  // namespace ssem::api::http
