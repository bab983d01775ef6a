// Embeddings that somebody has, with their labels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/csv_coordinates.h"

namespace ssem::trainer {

struct EmbeddingRows {
  std::int64_t dimension = 0;
  std::vector<double> values;  // [rows, dimension]
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> fine_labels, instance_ids;  // empty where the file has none
  std::vector<std::string> coordinate_names;            // csv: [dimension]
  std::vector<LeftOutColumn> left_out;                  // csv: columns that are neither coordinates nor labels

  std::int64_t rows() const { return static_cast<std::int64_t>(labels.size()); }
};

// By the file's ending:
//  .npz, .safetensors  embeddings | z | features | x [N, d] with labels | y [N], and fine_labels, instance_ids
//  .csv (also .gz)     columns label, fine_label, instance_id; coordinates as find_coordinates finds them
// Errors name the file, and the row, line or byte: numbers that are not finite, rows of zeros, counts that differ.
Result<EmbeddingRows> read_embedding_file(const std::string& path);

}  // namespace ssem::trainer
