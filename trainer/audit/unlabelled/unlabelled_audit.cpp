#include "trainer/audit/unlabelled/unlabelled_audit.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "advisor/json/training/audit_fields.h"
#include "trainer/audit/compared_rows.h"
#include "trainer/loss/batch_rows.h"
#include "trainer/measure/alignment_uniformity.h"
#include "trainer/measure/effective_rank.h"
#include "trainer/measure/geometry.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kRowsAtOnce = 1024;

std::int64_t components_of(const at::Tensor& unit) {
  const at::Tensor centred = unit - unit.mean(0, true);
  const bool wide = unit.size(0) < unit.size(1);
  const at::Tensor products = wide ? at::mm(centred, centred.t()) : at::mm(centred.t(), centred);
  const at::Tensor values = at::linalg_eigvalsh(products).clamp_min(0).contiguous();
  const double* variances = values.data_ptr<double>();  // they rise
  const double all = std::accumulate(variances, variances + values.numel(), 0.0);
  double held = 0;
  std::int64_t components = 0;
  while (components < values.numel() && held < kVarianceExplained * all) {
    held += variances[values.numel() - 1 - components++];
  }
  return components;
}

// Of rows that are all of one image: nan.
double nearest_similarity(const at::Tensor& unit, const std::vector<std::int64_t>& instances, const StopFlag& stop) {
  constexpr double kNever = -2;
  if (std::adjacent_find(instances.begin(), instances.end(), std::not_equal_to<>()) == instances.end()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const at::Tensor of_row = at::tensor(instances, at::kLong);
  double sum = 0;
  for (std::int64_t begin = 0; begin < unit.size(0); begin += kRowsAtOnce) {
    if (stop) return std::numeric_limits<double>::quiet_NaN();
    const std::int64_t count = std::min(kRowsAtOnce, unit.size(0) - begin);
    at::Tensor similar = at::mm(unit.narrow(0, begin, count), unit.t());
    similar.masked_fill_(of_row.narrow(0, begin, count).unsqueeze(1).eq(of_row.unsqueeze(0)), kNever);
    sum += std::get<0>(similar.max(1)).sum().item<double>();
  }
  return sum / static_cast<double>(unit.size(0));
}

Result<advisor::UnlabelledAdvice> advice_for(const UnlabelledAudit& audit, const AuditSpec& spec) {
  advisor::ProblemFields fields;
  fields.batch_size = audit.instances;
  fields.dimension = audit.dimension;
  FaultList faults;
  const auto problem = advisor::check_unlabelled(fields, audit.instances, faults);
  if (!problem) return faults.to_error();
  return advisor::advise_unlabelled({*problem, spec.temperature});
}

Spread spread_of(const UnlabelledAudit& audit) {
  if (audit.total_variance <= kCollapsedShare) return Spread::all_equal;
  if (audit.view_variance > std::max(kCollapsedShare, audit.total_variance - audit.view_variance)) {
    return Spread::view_split;
  }
  if (audit.mean_similarity >= kConeSimilarity) return Spread::cone;
  const bool few = static_cast<double>(audit.components) < kFewDirections * static_cast<double>(audit.directions);
  return few ? Spread::dimensional_collapse : Spread::spread;
}

}  // namespace

std::string_view name(Spread spread) {
  switch (spread) {
    case Spread::all_equal:
      return "all_equal";
    case Spread::view_split:
      return "view_split";
    case Spread::cone:
      return "cone";
    case Spread::dimensional_collapse:
      return "dimensional_collapse";
    case Spread::spread:
      break;
  }
  return advisor::json::training::kSpread;
}

Result<UnlabelledAudit> audit_unlabelled(const EmbeddingRows& rows, const AuditSpec& spec, const StopFlag& stop) {
  UnlabelledAudit found;
  found.rows = rows.rows();
  found.dimension = rows.dimension;
  found.coordinate_names = rows.coordinate_names;
  found.left_out = rows.left_out;
  found.taken = rows.taken;
  std::vector<std::int64_t> instances = rows.instance_ids;
  if (instances.empty()) {
    instances.resize(rows.labels.size());
    std::iota(instances.begin(), instances.end(), 0);
  }
  found.instances = static_cast<std::int64_t>(std::set<std::int64_t>(instances.begin(), instances.end()).size());
  if (found.instances < 2) {
    return Error{ErrorCode::invalid_argument, spec.embeddings + ": must hold two images or more, got one", {}};
  }
  const std::vector<std::int64_t> one_class(instances.size(), 0);
  const auto batch = BatchRows::make(one_class, instances);
  if (!batch) return Error{ErrorCode::invalid_argument, spec.embeddings + ": " + batch.error().message, {}};
  const at::Tensor raw =
      at::from_blob(const_cast<double*>(rows.values.data()), {rows.rows(), rows.dimension}, at::kDouble);
  const at::Tensor norms = raw.norm(2, {1}, true);
  const at::Tensor unit = raw.div(norms);
  found.least_norm = norms.min().item<double>();
  found.largest_norm = norms.max().item<double>();
  const Geometry geometry = measure_geometry(unit, batch.value());
  found.total_variance = geometry.within_class_variance;  // all rows are of one class here
  found.view_variance = geometry.view_variance;
  found.view_similarity = geometry.view_similarity;
  found.mean_similarity = geometry.within_class_similarity;
  found.effective_rank = effective_rank(unit);
  found.components = components_of(unit);
  found.directions = std::min(found.dimension, found.rows - 1);
  const std::vector<std::int64_t> places = drawn_rows(found.rows);
  found.compared_rows = static_cast<std::int64_t>(places.size());
  std::vector<std::int64_t> drawn;
  drawn.reserve(places.size());
  for (const std::int64_t place : places) drawn.push_back(instances[static_cast<std::size_t>(place)]);
  const at::Tensor some = unit.index_select(0, at::tensor(places, at::kLong));
  const std::vector<std::int64_t> of_one_class(drawn.size(), 0);
  const auto drawn_batch = BatchRows::make(of_one_class, drawn);
  if (!drawn_batch) return drawn_batch.error();
  found.uniformity = alignment_uniformity(some, drawn_batch.value(), &stop).uniformity;
  found.nearest_similarity = nearest_similarity(some, drawn, stop);
  if (stop) return Error{ErrorCode::unavailable, "the audit was stopped before its end", {}};
  found.spread = spread_of(found);
  auto advice = advice_for(found, spec);
  if (!advice) return advice.error();
  found.advice = std::move(advice).value();
  found.diagnosis = diagnosis_of(found, spec);
  return found;
}

}  // namespace ssem::trainer
