// Files that hold embeddings alone, X.npy or X.pt, whose labels lie in another one beside them.
#pragma once

#include <optional>
#include <string>

#include "advisor/result.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

struct LabelsBeside {
  std::string name;  // of the file
  Array labels;
};

// In X_labels, labels, y or y_true beside `path`, with its ending; nothing where none is there.
Result<std::optional<LabelsBeside>> labels_beside(const std::string& path);

// What to say then.
std::string labels_wanted(const std::string& path);

}  // namespace ssem::trainer
