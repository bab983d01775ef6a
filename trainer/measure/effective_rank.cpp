#include "trainer/measure/effective_rank.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace ssem::trainer {

double effective_rank(const at::Tensor& embeddings) {
  const at::Tensor rows = embeddings.detach().to(at::kCPU, at::kDouble);
  if (rows.numel() == 0) return std::numeric_limits<double>::quiet_NaN();
  return effective_rank_of_products(rows.size(0) < rows.size(1) ? at::mm(rows, rows.t()) : at::mm(rows.t(), rows));
}

double effective_rank_of_products(const at::Tensor& products) {
  const at::Tensor values = at::linalg_eigvalsh(products).clamp_min(0).sqrt().contiguous();
  const double* singular = values.data_ptr<double>();
  const double largest = singular[values.numel() - 1];
  if (!(largest > 0)) return std::numeric_limits<double>::quiet_NaN();
  // The Gram matrix holds squares: below this its rounding is all there is.
  const double floor = largest * 1e-7;
  double sum = 0;
  for (std::int64_t k = 0; k < values.numel(); ++k) sum += singular[k] > floor ? singular[k] : 0;
  double entropy = 0;
  for (std::int64_t k = 0; k < values.numel(); ++k) {
    if (singular[k] > floor) entropy -= singular[k] / sum * std::log(singular[k] / sum);
  }
  return std::exp(entropy);
}

}  // namespace ssem::trainer
