// What a run leaves in its output directory at its end.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

// embeddings.npz: float32 or float64 rows and a column for each of the vectors that are not empty.
struct EmbeddingsFile {
  at::Tensor embeddings;
  at::Tensor features;  // may be undefined
  std::vector<std::int64_t> labels, fine_labels, instance_ids;
};

// The whole file or none.
std::optional<Error> write_embeddings(const std::string& directory, const EmbeddingsFile& embeddings);

// report.json, likewise.
std::optional<Error> write_report(const std::string& directory, const nlohmann::ordered_json& report);

// Where a run's curve and its TensorBoard events go.
std::string curve_path(const std::string& directory);
std::string board_directory(const std::string& directory);

}  // namespace ssem::trainer
