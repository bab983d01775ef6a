#include "trainer/loss/tile_kernels.h"

namespace ssem::trainer {
namespace {

template <class Real>
const TileKernels<Real>& chosen() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return avx512_tile_kernels<Real>();
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_tile_kernels<Real>();
#endif
  return baseline_tile_kernels<Real>();
}

}  // namespace

template <>
const TileKernels<float>& tile_kernels<float>() {
  static const TileKernels<float>& kernels = chosen<float>();
  return kernels;
}
template <>
const TileKernels<double>& tile_kernels<double>() {
  static const TileKernels<double>& kernels = chosen<double>();
  return kernels;
}

}  // namespace ssem::trainer
