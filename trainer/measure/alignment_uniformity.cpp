#include "trainer/measure/alignment_uniformity.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer/measure/geometry.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kTile = 1024;

}  // namespace

AlignmentUniformity alignment_uniformity(const at::Tensor& embeddings, const BatchRows& rows, const StopFlag* stop) {
  const at::Tensor z = embeddings.detach().to(at::kDouble);
  const std::int64_t size = z.size(0);
  AlignmentUniformity found;
  // |u - v|^2 = 2 - 2 u.v on the sphere.
  found.alignment = 2 - 2 * measure_geometry(z, rows).view_similarity;
  double sum = 0;
  for (std::int64_t begin = 0; begin < size; begin += kTile) {
    if (stop != nullptr && *stop) {
      found.uniformity = std::numeric_limits<double>::quiet_NaN();
      return found;
    }
    const at::Tensor similar = at::mm(z.narrow(0, begin, std::min(kTile, size - begin)), z.t());
    sum += similar.sub_(1).mul_(4).exp_().sum().item<double>();
  }
  // The diagonal added one each.
  const auto count = static_cast<double>(size);
  found.uniformity = size > 1 ? std::log(std::max(sum - count, 1e-300) / (count * (count - 1)))
                              : std::numeric_limits<double>::quiet_NaN();
  return found;
}

}  // namespace ssem::trainer
