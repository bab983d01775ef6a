// One audit from its spec to its report.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "advisor/result.h"
#include "trainer/audit/audit.h"
#include "trainer/audit/audit_spec.h"
#include "trainer/events/events.h"

namespace ssem::trainer {

// Writes report.json into spec.output_directory, where there is one. Errors: invalid_argument for the file and the
// spec; others for memory, a full disk and `stop`, which ends it early without a report. Never throws.
// `read` hears how far a large file is read.
Result<nlohmann::ordered_json> run_audit(const AuditSpec& spec, EventSink& events, const StopFlag& stop,
                                         const RowsRead& read = {});

}  // namespace ssem::trainer
