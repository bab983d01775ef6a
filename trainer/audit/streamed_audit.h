// An audit of rows that stay in their file: one pass over them, in memory that grows with classes, not with rows.
#pragma once

#include "advisor/result.h"
#include "trainer/audit/audit.h"

namespace ssem::trainer {

// Needs rows.stored; every row is an image of its own. From one pass, exact: norms, variances, similarities, classes,
// effective rank (sums of rows by class, and of their products by columns). Of rows drawn on the way: compared_rows.h.
Result<Audit> streamed_audit(const EmbeddingRows& rows, const AuditSpec& spec, const RowsRead& read,
                             const StopFlag& stop);

}  // namespace ssem::trainer
