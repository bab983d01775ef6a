// A validation as clients see it.
#pragma once

#include <string>

#include "api/jobs/validation_jobs.h"

namespace ssem::api::http {

// With prediction and report.
std::string validation_text(const jobs::Job& job, const jobs::ValidationJobs& jobs);
// One of a list, without them.
std::string validation_summary(const jobs::Job& job);

}  // namespace ssem::api::http
