#include "trainer/loss/tile_kernels_body.h"

namespace ssem::trainer {

template <>
const TileKernels<float>& baseline_tile_kernels<float>() {
  return kKernels<float>;
}
template <>
const TileKernels<double>& baseline_tile_kernels<double>() {
  return kKernels<double>;
}

}  // namespace ssem::trainer
