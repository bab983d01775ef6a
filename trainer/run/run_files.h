// What a run leaves in its output directory at its end.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/loss/batch_rows.h"
#include "trainer/report/report_json.h"

namespace ssem::trainer {

// embeddings [N, d] in float64 with labels and instance_ids, in the order of the rows; the whole file or none.
std::optional<Error> write_embeddings(const std::string& directory, const at::Tensor& embeddings,
                                      const BatchRows& rows);

// report.json, likewise.
std::optional<Error> write_report(const std::string& directory, const RunReport& report);

// Where a run's curve goes.
std::string curve_path(const std::string& directory);

}  // namespace ssem::trainer
