#include "trainer/measure/knn.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "trainer/measure/labelled_rows.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kAskedTile = 512;
constexpr double kVoteTemperature = 0.1;
constexpr double kNoAccuracy = std::numeric_limits<double>::quiet_NaN();

// `instances`: of the bank, which is the queries too, and none of a query's own takes part; empty for two sets of rows.
KnnAccuracy vote(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& queries,
                 std::span<const std::int64_t> query_labels, std::int64_t neighbours,
                 std::span<const std::int64_t> instances, const StopFlag* stop) {
  const std::int64_t asked = queries.size(0);
  if (neighbours < 1 || asked < 1) return {kNoAccuracy, kNoAccuracy};
  const at::Tensor unit_bank = unit_rows(bank), unit_queries = unit_rows(queries);
  const at::Tensor labels = label_tensor(bank_labels, bank.device());
  const at::Tensor truth = label_tensor(query_labels, bank.device());
  const at::Tensor owners = instances.empty() ? at::Tensor() : label_tensor(instances, bank.device());
  const std::int64_t classes = std::max(labels.max().item<std::int64_t>(), truth.max().item<std::int64_t>()) + 1;
  std::int64_t right = 0, right_weighted = 0;
  for (std::int64_t begin = 0; begin < asked; begin += kAskedTile) {
    if (stop != nullptr && *stop) return {kNoAccuracy, kNoAccuracy};
    const std::int64_t count = std::min(kAskedTile, asked - begin);
    at::Tensor similar = at::mm(unit_queries.narrow(0, begin, count), unit_bank.t());
    if (owners.defined()) {
      const at::Tensor own = owners.narrow(0, begin, count).unsqueeze(1).eq(owners);
      similar.masked_fill_(own, -std::numeric_limits<double>::infinity());
    }
    const auto [values, places] = similar.topk(neighbours, 1);
    const at::Tensor voted = at::index_select(labels, 0, places.flatten()).view(places.sizes());
    const at::Tensor none = at::zeros({count, classes}, values.options());
    const at::Tensor votes = none.scatter_add(1, voted, at::ones_like(values));
    const at::Tensor weighted = none.scatter_add(1, voted, values.sub(1).div(kVoteTemperature).exp());
    const at::Tensor expected = truth.narrow(0, begin, count);
    right += first_largest(votes).eq(expected).sum().item<std::int64_t>();
    right_weighted += first_largest(weighted).eq(expected).sum().item<std::int64_t>();
  }
  const auto all = static_cast<double>(asked);
  return {static_cast<double>(right) / all, static_cast<double>(right_weighted) / all};
}

}  // namespace

KnnAccuracy knn_accuracy(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& queries,
                         std::span<const std::int64_t> query_labels, std::int64_t k) {
  return vote(bank, bank_labels, queries, query_labels, std::min(k, bank.size(0)), {}, nullptr);
}

KnnAccuracy knn_leave_one_out(const at::Tensor& rows, std::span<const std::int64_t> labels, std::int64_t k,
                              std::span<const std::int64_t> instances, const StopFlag* stop) {
  std::vector<std::int64_t> owners(instances.begin(), instances.end());
  if (owners.empty()) {
    owners.resize(labels.size());
    std::iota(owners.begin(), owners.end(), 0);
  }
  std::map<std::int64_t, std::int64_t> rows_of;
  std::int64_t largest = 0;
  for (const std::int64_t owner : owners) largest = std::max(largest, ++rows_of[owner]);
  return vote(rows, labels, rows, labels, std::min(k, rows.size(0) - largest), owners, stop);
}

}  // namespace ssem::trainer
