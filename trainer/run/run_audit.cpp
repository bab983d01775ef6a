#include "trainer/run/run_audit.h"

#include <nlohmann/json.hpp>

#include "trainer/audit/audit.h"
#include "trainer/audit/audit_json.h"
#include "trainer/audit/unlabelled/unlabelled_json.h"
#include "trainer/run/output_directory.h"
#include "trainer/run/run_files.h"
#include "trainer/run/training_fault.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> report_of(const EmbeddingRows& rows, const AuditSpec& spec, const StopFlag& stop, const RowsRead& read) {
  if (!spec.labels) {
    const auto found = audit_unlabelled(rows, spec, stop);
    if (!found) return found.error();
    return to_json(found.value(), spec);
  }
  const auto found = audit(rows, spec, stop, read);
  if (!found) return found.error();
  return to_json(found.value(), spec);
}

Result<Json> run_checked(const AuditSpec& spec, EventSink& events, const StopFlag& stop, const RowsRead& read) {
  if (!spec.output_directory.empty()) {
    const auto folder = prepare_output_directory(spec.output_directory);
    if (!folder) return folder.error();
  }
  const auto rows =
      read_embedding_file(spec.embeddings, spec.embedding_columns, spec.labels ? Labels::needed : Labels::passed_over);
  if (!rows) return rows.error();
  events.started("cpu", std::nullopt);
  const auto found = report_of(rows.value(), spec, stop, read);
  if (!found) return found.error();
  const Json& report = found.value();
  if (!spec.output_directory.empty()) {
    if (auto fault = write_report(spec.output_directory, report)) return *std::move(fault);
  }
  return report;
}

}  // namespace

Result<Json> run_audit(const AuditSpec& spec, EventSink& events, const StopFlag& stop, const RowsRead& read) {
  try {
    return run_checked(spec, events, stop, read);
  } catch (const std::exception& thrown) {
    return training_fault(thrown);
  }
}

}  // namespace ssem::trainer
