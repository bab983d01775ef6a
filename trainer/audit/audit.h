// What embeddings that somebody has are like, and which part of the theory they are in. No training.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/result.h"
#include "trainer/audit/audit_spec.h"
#include "trainer/audit/embedding_file.h"
#include "trainer/events/events.h"
#include "trainer/measure/alignment_uniformity.h"
#include "trainer/measure/geometry.h"
#include "trainer/measure/knn.h"
#include "trainer/measure/nested_variance.h"

namespace ssem::trainer {

enum class Regime {
  all_equal,         // every embedding near one point
  collapsed,         // every class near one point of its own
  partly_collapsed,  // some classes are, others not
  view_split,        // the views of an image lie further apart than the images of a class, which may have collapsed
  structured,        // classes apart, and images of a class apart
  self_supervised,   // images apart, classes not told apart
};
std::string_view name(Regime regime);

struct AuditedClass {
  std::int64_t label = 0;
  std::string name;  // the label's word, where it is one
  ClassGeometry geometry;
  bool collapsed = false;
};

// The theory's words for the measured variance at a given temperature.
struct Reading {
  advisor::Problem problem;
  std::optional<double> matching_loss_weight;  // whose predicted within-class variance is the measured one
  std::optional<double> largest_variance;      // predicted, over all loss weights; absent where none is named
  double collapse_threshold = 0;               // the loss weight at and below which classes collapse
  std::optional<advisor::Evaluation> given;    // the evaluation at the loss weight that was given
};

struct Audit {
  std::int64_t rows = 0, classes = 0, instances = 0, dimension = 0;
  std::vector<std::string> coordinate_names;  // csv: [dimension]
  std::vector<LeftOutColumn> left_out;        // columns and arrays
  std::string taken;
  std::int64_t fine_classes = 0;            // of all classes together; a fine label means one within its class
  double least_norm = 0, largest_norm = 0;  // before rows were normalised
  Geometry geometry;
  NestedVariance nested;
  std::vector<AuditedClass> per_class;
  double effective_rank = 0;
  std::int64_t compared_rows = 0;  // all, or those drawn: uniformity, neighbours and accuracies are of them
  AlignmentUniformity spread;
  std::int64_t neighbours = 0;  // 200, or what the rows of the smallest class have of their class in other instances
  KnnAccuracy knn;              // without the rows of the same instance
  KnnAccuracy fine_knn;         // likewise, of fine classes; nan without fine labels
  Regime regime = Regime::structured;
  std::optional<Reading> reading;
  std::vector<std::string> diagnosis;  // sentences
};

// How many rows of how many were read.
using RowsRead = std::function<void(std::int64_t, std::int64_t)>;

// O(N d) time and memory, and O(C^2 d) time for uniformity and neighbours of C compared rows (compared_rows.h); rows
// that stay in their file as streamed_audit.h has it, `read` hears of them. Errors: an instance in two classes or fine
// classes, a single class, a problem that the advisor refuses; `stop` set before the end.
Result<Audit> audit(const EmbeddingRows& rows, const AuditSpec& spec, const StopFlag& stop, const RowsRead& read = {});

}  // namespace ssem::trainer
