// The state of embeddings in words, and in the theory's terms.
#pragma once

#include "advisor/result.h"
#include "trainer/audit/audit.h"

namespace ssem::trainer {

// From geometry and per_class.
Regime regime_of(const Audit& audit);

// Needs spec.temperature. The loss weight is found by bisection on the advisor's prediction.
Result<Reading> reading_of(const Audit& audit, const AuditSpec& spec);

// Sentences for people, from everything else in the audit.
std::vector<std::string> diagnosis_of(const Audit& audit, const AuditSpec& spec);

}  // namespace ssem::trainer
