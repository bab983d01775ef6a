// An audit as a report.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "trainer/audit/audit.h"

namespace ssem::trainer {

// What was not measured, and numbers that are not finite, are "nan", "inf" or "-inf".
nlohmann::ordered_json to_json(const Audit& audit, const AuditSpec& spec);

}  // namespace ssem::trainer
