#include "trainer/audit/audit.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "trainer/audit/regime.h"
#include "trainer/measure/effective_rank.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {
namespace {

std::int64_t different(const std::vector<std::int64_t>& values) {
  return static_cast<std::int64_t>(std::set<std::int64_t>(values.begin(), values.end()).size());
}

// 0 .. k - 1 in sorted order: votes are counted in arrays.
std::vector<std::int64_t> numbered(const std::vector<std::int64_t>& labels) {
  const std::set<std::int64_t> sorted(labels.begin(), labels.end());
  const std::vector<std::int64_t> order(sorted.begin(), sorted.end());
  std::vector<std::int64_t> numbers;
  for (const std::int64_t label : labels) {
    numbers.push_back(std::lower_bound(order.begin(), order.end(), label) - order.begin());
  }
  return numbers;
}

// Fewer neighbours than a class has rows, or none could ever win.
std::int64_t neighbours_for(const std::vector<std::int64_t>& labels) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(*std::max_element(labels.begin(), labels.end()) + 1));
  for (const std::int64_t label : labels) ++counts[static_cast<std::size_t>(label)];
  return std::clamp<std::int64_t>(*std::min_element(counts.begin(), counts.end()) - 1, 1, kNeighbours);
}

KnnAccuracy neighbour_accuracy(const at::Tensor& unit, const std::vector<std::int64_t>& labels) {
  const std::vector<std::int64_t> numbers = numbered(labels);
  return knn_leave_one_out(unit, numbers, neighbours_for(numbers));
}

std::vector<AuditedClass> classes_of(const EmbeddingRows& rows, const BatchRows& batch, const Geometry& geometry) {
  std::vector<AuditedClass> classes;
  for (std::size_t c = 0; c < geometry.per_class.size(); ++c) {
    const ClassGeometry& of_class = geometry.per_class[c];
    const std::int64_t row = batch.order()[static_cast<std::size_t>(batch.class_begins()[c])];
    const double apart = of_class.within_class_variance - of_class.view_variance;
    // A single image has nothing to collapse onto.
    classes.push_back(
        {rows.labels[static_cast<std::size_t>(row)], of_class, of_class.instances > 1 && apart <= kCollapsedShare});
  }
  return classes;
}

}  // namespace

Result<Audit> audit(const EmbeddingRows& rows, const AuditSpec& spec) {
  std::vector<std::int64_t> instances = rows.instance_ids;
  if (instances.empty()) {
    instances.resize(rows.labels.size());
    std::iota(instances.begin(), instances.end(), 0);
  }
  const auto batch = BatchRows::make(rows.labels, instances);
  if (!batch) return batch.error();
  Audit found;
  found.rows = rows.rows();
  found.classes = different(rows.labels);
  found.fine_classes = rows.fine_labels.empty() ? 0 : different(rows.fine_labels);
  found.instances = different(instances);
  found.dimension = rows.dimension;
  if (found.classes < 2) {
    return Error{ErrorCode::invalid_argument, spec.embeddings + ": must hold two classes or more, got one", {}};
  }
  const at::Tensor raw =
      at::from_blob(const_cast<double*>(rows.values.data()), {rows.rows(), rows.dimension}, at::kDouble);
  const at::Tensor norms = raw.norm(2, {1}, true);
  const at::Tensor unit = raw.div(norms);
  found.least_norm = norms.min().item<double>();
  found.largest_norm = norms.max().item<double>();
  found.geometry = measure_geometry(unit, batch.value());
  found.nested = nested_variance(unit, rows.labels, rows.fine_labels, rows.instance_ids);
  found.per_class = classes_of(rows, batch.value(), found.geometry);
  found.effective_rank = effective_rank(unit);
  found.spread = alignment_uniformity(unit, batch.value());
  found.knn = neighbour_accuracy(unit, rows.labels);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  found.fine_knn = rows.fine_labels.empty() ? KnnAccuracy{kNan, kNan} : neighbour_accuracy(unit, rows.fine_labels);
  found.regime = regime_of(found);
  if (spec.temperature) {
    auto reading = reading_of(found, spec);
    if (!reading) return reading.error();
    found.reading = std::move(reading).value();
  }
  found.diagnosis = diagnosis_of(found, spec);
  return found;
}

}  // namespace ssem::trainer
