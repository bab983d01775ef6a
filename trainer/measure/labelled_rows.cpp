#include "trainer/measure/labelled_rows.h"

#include <ATen/ATen.h>

namespace ssem::trainer {
namespace {

constexpr double kLeastNorm = 1e-12;

}  // namespace

at::Tensor unit_rows(const at::Tensor& rows) {
  const at::Tensor plain = rows.detach().to(at::kFloat);
  return plain.div(plain.norm(2, {1}, true).clamp_min(kLeastNorm));
}

at::Tensor label_tensor(std::span<const std::int64_t> labels, c10::Device device) {
  return at::tensor(at::ArrayRef<std::int64_t>(labels.data(), labels.size()), at::kLong).to(device);
}

at::Tensor class_means(const at::Tensor& rows, const at::Tensor& labels, std::int64_t classes) {
  const at::Tensor sums = at::zeros({classes, rows.size(1)}, rows.options()).index_add(0, labels, rows);
  const at::Tensor counts =
      at::zeros({classes}, rows.options()).index_add(0, labels, at::ones({rows.size(0)}, rows.options()));
  return sums.div(counts.clamp_min(1).unsqueeze(1));
}

// argmax takes any of equal values; the first is wanted.
at::Tensor first_largest(const at::Tensor& rows) {
  const at::Tensor largest = std::get<0>(rows.max(1, true));
  const at::Tensor index = at::arange(rows.size(1), rows.options().dtype(at::kLong)).expand(rows.sizes());
  return at::where(rows.eq(largest), index, at::full_like(index, rows.size(1))).amin(at::IntArrayRef{1});
}

}  // namespace ssem::trainer
