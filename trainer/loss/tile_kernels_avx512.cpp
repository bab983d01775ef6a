#include "trainer/loss/tile_kernels_body.h"

namespace ssem::trainer {

template <>
const TileKernels<float>& avx512_tile_kernels<float>() {
  return kKernels<float>;
}
template <>
const TileKernels<double>& avx512_tile_kernels<double>() {
  return kKernels<double>;
}

}  // namespace ssem::trainer
