// The state of embeddings in words, and in the theory's terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/audit/audit.h"

namespace ssem::trainer {

// Its images lie near one point, of `classes` in all. A single image has nothing to collapse onto.
bool has_collapsed(const ClassGeometry& of_class, std::int64_t classes);

// Regime, reading and diagnosis, from everything else. Errors: `stop` is set, a problem that the advisor refuses.
std::optional<Error> conclude(Audit& audit, const AuditSpec& spec, const StopFlag& stop);

// From geometry and per_class.
Regime regime_of(const Audit& audit);

// Needs spec.temperature. The loss weight is found by bisection on the advisor's prediction.
Result<Reading> reading_of(const Audit& audit, const AuditSpec& spec);

// Sentences for people, from everything else in the audit.
std::vector<std::string> diagnosis_of(const Audit& audit, const AuditSpec& spec);

}  // namespace ssem::trainer
