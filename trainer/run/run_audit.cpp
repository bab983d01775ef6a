#include "trainer/run/run_audit.h"

#include <nlohmann/json.hpp>

#include "trainer/audit/audit.h"
#include "trainer/audit/audit_json.h"
#include "trainer/run/output_directory.h"
#include "trainer/run/run_files.h"
#include "trainer/run/training_fault.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> run_checked(const AuditSpec& spec, EventSink& events, const StopFlag& stop, const RowsRead& read) {
  if (!spec.output_directory.empty()) {
    const auto folder = prepare_output_directory(spec.output_directory);
    if (!folder) return folder.error();
  }
  const auto rows = read_embedding_file(spec.embeddings, spec.embedding_columns);
  if (!rows) return rows.error();
  events.started("cpu", std::nullopt);
  const auto found = audit(rows.value(), spec, stop, read);
  if (!found) return found.error();
  Json report = to_json(found.value(), spec);
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
