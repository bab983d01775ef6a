#include "trainer/measure/class_directions.h"

#include <ATen/ATen.h>

#include <limits>
#include <map>
#include <vector>

#include "trainer/measure/labelled_rows.h"

namespace ssem::trainer {

double class_directions(const at::Tensor& rows, std::span<const std::int64_t> labels) {
  constexpr std::size_t kLeastRows = 3;
  std::map<std::int64_t, std::vector<std::int64_t>> rows_of;
  for (std::size_t row = 0; row < labels.size(); ++row) rows_of[labels[row]].push_back(static_cast<std::int64_t>(row));
  const at::Tensor exact = rows.detach().to(at::kDouble);
  double trace_squares = 0, square_traces = 0;
  for (const auto& [label, own] : rows_of) {
    if (own.size() < kLeastRows) continue;
    const at::Tensor all = exact.index_select(0, label_tensor(own, rows.device()));
    const at::Tensor apart = all.sub(all.mean(0, true));
    const auto count = static_cast<double>(own.size());
    // The smaller of the two matrices has the same eigenvalues.
    const at::Tensor product = all.size(0) < all.size(1) ? at::mm(apart, apart.t()) : at::mm(apart.t(), apart);
    const double trace = apart.square().sum().item<double>() / (count - 1);
    const double square = product.square().sum().item<double>() / ((count - 1) * (count - 1));
    trace_squares += count * trace * trace;
    square_traces += count * (square - trace * trace / count);
  }
  return square_traces > 0 ? trace_squares / square_traces : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace ssem::trainer
