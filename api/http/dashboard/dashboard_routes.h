// optuna-dashboard's own routes, so that its stock front-end runs on this server.
#pragma once

#include "api/artifacts/artifact_folder.h"
#include "api/http/dashboard/dashboard_files.h"
#include "api/http/router.h"
#include "api/studies/study_store.h"

namespace ssem::api::http {

// The store outlives the router.
void add_dashboard_study_routes(Router& router, studies::StudyStore& store, artifacts::ArtifactFolder* artifacts);
void add_dashboard_trial_routes(Router& router, studies::StudyStore& store);
void add_dashboard_preference_routes(Router& router, studies::StudyStore& store);
// Without a folder (null) no artifacts are kept.
void add_dashboard_artifact_routes(Router& router, studies::StudyStore& store, artifacts::ArtifactFolder* folder);
// What this server does not have: plots drawn by Python.
void add_dashboard_refusals(Router& router);
// The front-end itself. `files` outlives the router; without any the routes say how to get them.
void add_dashboard_page_routes(Router& router, const DashboardFiles& files);

}  // namespace ssem::api::http
