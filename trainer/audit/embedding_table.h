// Embeddings in a csv or tsv file.
#pragma once

#include <string>

#include "advisor/result.h"
#include "trainer/audit/embedding_file.h"

namespace ssem::trainer {

// Columns label (or labels, target, class, y), fine_label, instance_id, in any case; coordinates as find_coordinates
// finds them. The labels of TensorBoard's vectors.tsv stand in metadata.tsv beside it.
// `columns`, where not empty, names the coordinates instead; a column among them is no label.
Result<EmbeddingRows> rows_of_table(const std::string& path, const std::string& columns, Labels wanted);

// A fault at the spec's embedding_columns.
Error fault_in_columns(const std::string& message);

}  // namespace ssem::trainer
