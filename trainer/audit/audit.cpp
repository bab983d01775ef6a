#include "trainer/audit/audit.h"

#include <ATen/ATen.h>

#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "trainer/audit/compared_rows.h"
#include "trainer/audit/regime.h"
#include "trainer/audit/streamed_audit.h"
#include "trainer/measure/effective_rank.h"

namespace ssem::trainer {
namespace {

std::int64_t different(const std::vector<std::int64_t>& values) {
  return static_cast<std::int64_t>(std::set<std::int64_t>(values.begin(), values.end()).size());
}

// 0 .. k - 1 in sorted order, of label and fine label (where there are some) together: votes are counted in arrays.
std::vector<std::int64_t> numbered(const std::vector<std::int64_t>& labels, const std::vector<std::int64_t>& fine) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> number_of;
  const auto key = [&](std::size_t row) { return std::pair(labels[row], fine.empty() ? 0 : fine[row]); };
  for (std::size_t row = 0; row < labels.size(); ++row) number_of[key(row)] = 0;
  std::int64_t next = 0;
  for (auto& [pair, number] : number_of) number = next++;
  std::vector<std::int64_t> numbers;
  for (std::size_t row = 0; row < labels.size(); ++row) numbers.push_back(number_of[key(row)]);
  return numbers;
}

std::vector<AuditedClass> classes_of(const EmbeddingRows& rows, const BatchRows& batch, const Geometry& geometry) {
  std::vector<AuditedClass> classes;
  for (std::size_t c = 0; c < geometry.per_class.size(); ++c) {
    const ClassGeometry& of_class = geometry.per_class[c];
    const std::int64_t row = batch.order()[static_cast<std::size_t>(batch.class_begins()[c])];
    const bool collapsed = has_collapsed(of_class, static_cast<std::int64_t>(geometry.per_class.size()));
    const std::int64_t label = rows.labels[static_cast<std::size_t>(row)];
    const bool named = !rows.class_names.empty();
    classes.push_back({label, named ? rows.class_names[static_cast<std::size_t>(label)] : "", of_class, collapsed});
  }
  return classes;
}

// The first instance whose rows have two fine labels.
std::optional<std::int64_t> torn_instance(const std::vector<std::int64_t>& fine,
                                          const std::vector<std::int64_t>& instances) {
  std::map<std::int64_t, std::int64_t> fine_of;
  for (std::size_t row = 0; row < fine.size(); ++row) {
    if (fine_of.emplace(instances[row], fine[row]).first->second != fine[row]) return instances[row];
  }
  return std::nullopt;
}

ComparedRows rows_to_compare(const at::Tensor& unit, const std::vector<std::int64_t>& labels,
                             const std::vector<std::int64_t>& fine, const std::vector<std::int64_t>& instances) {
  const std::vector<std::int64_t> places = drawn_rows(unit.size(0));
  if (static_cast<std::int64_t>(places.size()) == unit.size(0)) return {unit, labels, fine, instances};
  const at::Tensor index = at::tensor(places, at::kLong);
  ComparedRows drawn{unit.index_select(0, index), {}, {}, {}};
  for (const std::int64_t place : places) {
    const auto row = static_cast<std::size_t>(place);
    drawn.labels.push_back(labels[row]);
    if (!fine.empty()) drawn.fine.push_back(fine[row]);
    drawn.instances.push_back(instances[row]);
  }
  return drawn;
}

Error invalid(const AuditSpec& spec, const std::string& message) {
  return {ErrorCode::invalid_argument, spec.embeddings + ": " + message, {}};
}

}  // namespace

Result<Audit> audit(const EmbeddingRows& rows, const AuditSpec& spec, const StopFlag& stop, const RowsRead& read) {
  if (rows.stored) return streamed_audit(rows, spec, read, stop);
  std::vector<std::int64_t> instances = rows.instance_ids;
  if (instances.empty()) {
    instances.resize(rows.labels.size());
    std::iota(instances.begin(), instances.end(), 0);
  }
  const auto batch = BatchRows::make(rows.labels, instances);
  if (!batch) return invalid(spec, batch.error().message);
  const std::vector<std::int64_t> numbers = numbered(rows.labels, {});
  const std::vector<std::int64_t> fine = numbered(rows.labels, rows.fine_labels);
  if (const auto torn = torn_instance(fine, instances)) {
    return invalid(spec, "instance " + std::to_string(*torn) + " has rows with two fine labels");
  }
  Audit found;
  found.rows = rows.rows();
  found.classes = different(rows.labels);
  found.fine_classes = rows.fine_labels.empty() ? 0 : different(fine);
  found.instances = different(instances);
  found.dimension = rows.dimension;
  found.coordinate_names = rows.coordinate_names;
  found.left_out = rows.left_out;
  found.taken = rows.taken;
  if (found.classes < 2) {
    return invalid(spec, "must hold two classes or more, got one");
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
  compare(rows_to_compare(unit, numbers, rows.fine_labels.empty() ? rows.fine_labels : fine, instances), found, stop);
  if (auto fault = conclude(found, spec, stop)) return *std::move(fault);
  return found;
}

}  // namespace ssem::trainer
