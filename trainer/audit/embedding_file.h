// Embeddings that somebody has, with their labels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/arrays/stored_rows.h"
#include "trainer/data/csv_coordinates.h"

namespace ssem::trainer {

struct EmbeddingRows {
  std::int64_t dimension = 0;
  std::vector<double> values;  // [rows, dimension]
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> fine_labels, instance_ids;  // empty where the file has none
  std::vector<std::string> class_names;                 // of labels 0, 1, ... where they are words
  std::vector<std::string> coordinate_names;            // csv: [dimension]
  std::vector<LeftOutColumn> left_out;                  // columns or arrays that are neither coordinates nor labels
  std::optional<StoredRows> stored;                     // then `values` is empty: they stay in their file
  std::string taken;                                    // what was, where that is worth saying

  std::int64_t rows() const { return static_cast<std::int64_t>(labels.size()); }
};

enum class Labels {
  needed,
  passed_over,  // not looked at, and left out; `labels` are zeros
};

inline constexpr std::int64_t kLeastStreamed = std::int64_t{1} << 24U;
inline constexpr std::int64_t kMostStreamedColumns = 8192;  // products of columns are held

// By the file's ending:
//  .npz, .safetensors       arrays, as embedding_arrays.h finds them
//  .npy                     the embeddings; the labels in NAME_labels.npy beside it, or labels.npy, y.npy, y_true.npy
//                           from kLeastStreamed numbers on, of kMostStreamedColumns columns or less: they stay there
//  .pt, .pth                what torch.save wrote of tensors: named ones like arrays, one alone like .npy
//  .csv, .tsv (also .gz)    columns label (or labels, target, class, y), fine_label, instance_id, in any case;
//                           coordinates as find_coordinates finds them
// Errors name the file, and the row, line or byte: numbers that are not finite, rows of zeros, counts that differ.
// `columns` are the coordinates of a csv or tsv, where named (named_columns.h); faults in them have its path in the
// spec. Where labels are passed over, fine labels are too, and every file is read whole.
Result<EmbeddingRows> read_embedding_file(const std::string& path, const std::string& columns = {},
                                          Labels labels = Labels::needed);

}  // namespace ssem::trainer
