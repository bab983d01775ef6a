// Which of a file's named arrays are the embeddings, and which the labels, as people save them.
#pragma once

#include <string>

#include "advisor/result.h"
#include "trainer/audit/embedding_file.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

// Embeddings: by name (embeddings, z, features, x, feats, data, vectors, representations, arr_0, in any case), else the
// only array of broken numbers with rows and columns. [N, d], or [N, views, d]: then rows n*views .. are the views of
// image n. Labels: by name (labels, y, label, targets, target, classes, class, arr_1), else the only column of whole
// numbers or text with N entries: [N], [N, 1], one-hot [N, classes], text. fine_labels and instance_ids by name alone.
// Every other array is left out and named. Errors name file and array, and what would do.
Result<EmbeddingRows> rows_of_arrays(const std::string& path, const NamedArrays& arrays,
                                     Labels wanted = Labels::needed);

// What a fault says of files without labels, after its rule.
inline constexpr const char* kWithoutLabels =
    "; --no-labels, in requests labels false, audits the embeddings without them";

}  // namespace ssem::trainer
