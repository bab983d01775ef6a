// One audit of embeddings by ssem-train, while the caller waits.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisor/result.h"
#include "api/jobs/validation_jobs.h"

namespace ssem::api::jobs {

struct AuditCall {
  std::string format;                                       // one of kAuditFormats
  std::vector<std::pair<std::string, std::string>> fields;  // of the audit's spec, as text
};

// The report as JSON. The file lies in the data folder's scratch while it is read. Errors: what ssem-train says of the
// file and the fields; unavailable when there is no trainer, or it takes longer than a minute.
Result<std::string> audit(const AuditCall& call, std::string_view file, ValidationJobs& jobs);

}  // namespace ssem::api::jobs
