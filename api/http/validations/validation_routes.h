// Validation jobs over HTTP (api/README.md, section 5).
#pragma once

#include <atomic>

#include "api/http/idempotency/idempotent_answers.h"
#include "api/http/router.h"
#include "api/jobs/validation_jobs.h"

namespace ssem::api::http {

// Jobs, answers and `stopping` outlive the router.
void add_validation_routes(Router& router, jobs::ValidationJobs& jobs, AnswersOnce& answers);
void add_validation_events_route(Router& router, jobs::ValidationJobs& jobs, const std::atomic<bool>& stopping);
void add_audit_route(Router& router, jobs::ValidationJobs& jobs);

}  // namespace ssem::api::http
