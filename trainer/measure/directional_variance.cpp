#include "trainer/measure/directional_variance.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "trainer/measure/labelled_rows.h"

namespace ssem::trainer {
namespace {

// Squared distances below this share of the largest are rounding.
constexpr double kEqualCentres = 1e-12;

}  // namespace

double directional_variance(const at::Tensor& rows, std::span<const std::int64_t> labels) {
  std::map<std::int64_t, std::vector<std::int64_t>> rows_of;
  for (std::size_t row = 0; row < labels.size(); ++row) rows_of[labels[row]].push_back(static_cast<std::int64_t>(row));
  const at::Tensor exact = rows.detach().to(at::kDouble);
  std::vector<at::Tensor> classes, centres;
  for (const auto& [label, own] : rows_of) {
    classes.push_back(exact.index_select(0, label_tensor(own, rows.device())));
    centres.push_back(classes.back().mean(0));
  }
  if (classes.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const at::Tensor means = at::stack(centres);
  const at::Tensor squares = at::cdist(means, means).square();
  const double least = kEqualCentres * std::max(squares.max().item<double>(), 1e-300);
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    // Column j: u . (mu_i - mu_j), which is (u . mu_i) - (u . mu_j).
    const auto place = static_cast<std::int64_t>(i);
    const at::Tensor along = at::matmul(classes[i], means.select(0, place).unsqueeze(0).sub(means).t());
    const at::Tensor variance = along.sub(along.mean(0, true)).square().mean(0);
    const at::Tensor square = squares.select(0, place);
    const at::Tensor apart = square.gt(least);
    sum += at::where(apart, variance.div(square.square()), at::zeros_like(variance)).sum().item<double>();
    pairs += apart.sum().item<double>();
  }
  return pairs > 0 ? sum / pairs : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace ssem::trainer
