// Every route of the server, in one table.
#pragma once

#include <atomic>

#include "api/artifacts/artifact_folder.h"
#include "api/http/dashboard/dashboard_files.h"
#include "api/http/idempotency/idempotent_answers.h"
#include "api/http/observe/metrics.h"
#include "api/http/router.h"
#include "api/http/settings.h"
#include "api/jobs/validation_jobs.h"
#include "api/storage/storage.h"
#include "api/tuning/study_runs.h"
#include "api/tuning/trial_issuer.h"
#include "api/tuning/trial_validations.h"

namespace ssem::api::http {

// What handlers use; all of it outlives the router.
struct Services {
  const Settings& settings;
  Metrics& metrics;
  storage::Storage& storage;
  tuning::TrialIssuer& ask_desk;
  jobs::ValidationJobs& jobs;
  tuning::TrialValidations& trial_validations;
  tuning::StudyRuns& runs;
  AnswersOnce& answers;
  const DashboardFiles& dashboard;
  artifacts::ArtifactFolder* artifacts;  // null: none are kept
  const std::atomic<bool>& stopping;
};

Router routing_table(const Services& services);

// "GET /healthz open" and so on, one line each with the role it needs, in the table's order.
std::string to_text(const Router& router);

}  // namespace ssem::api::http
