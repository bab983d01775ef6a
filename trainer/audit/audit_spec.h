// What an audit is asked: a file of embeddings, and what is known of how they were trained.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "advisor/problem.h"
#include "advisor/result.h"

namespace ssem::trainer {

struct AuditSpec {
  std::string embeddings;         // a file of one of kAuditFormats, or .npy
  std::string embedding_columns;  // csv, tsv: as named_columns.h reads them; empty: found by their names
  bool labels = true;             // false: not looked at, and nothing is said of classes
  std::optional<double> temperature;
  std::optional<double> loss_weight;  // needs a temperature, and a convention that has one
  advisor::Convention convention = advisor::Convention::anchor_excluded;
  std::optional<std::int64_t> instances_per_class;  // of a batch; absent: the batch is the whole file
  std::string output_directory;                     // empty: no files
};

// True for {"mode":"audit", ...}.
bool asks_for_audit(const nlohmann::ordered_json& body);

// All faults at once, with JSON pointers.
Result<AuditSpec> read_audit_spec(const nlohmann::ordered_json& body);

}  // namespace ssem::trainer
