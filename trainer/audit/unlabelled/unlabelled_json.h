// An audit without labels as a report.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "trainer/audit/unlabelled/unlabelled_audit.h"

namespace ssem::trainer {

// What was not measured, and numbers that are not finite, are "nan", "inf" or "-inf".
nlohmann::ordered_json to_json(const UnlabelledAudit& audit, const AuditSpec& spec);

}  // namespace ssem::trainer
