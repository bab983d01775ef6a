// The exponentials of one tile of similarities, compiled for several instruction sets and chosen at the start.
//
// `tile` holds rows x columns similarities, row-major without gaps. Nothing is added for entries of -infinity.
#pragma once

#include <cstdint>

namespace ssem::trainer {

template <class Real>
struct TileKernels {
  // e_ij = exp((tile_ij - shift) / temperature): row_sums[i] = sum_j e_ij, column_sums[j] = sum_i e_ij.
  void (*sums)(const Real* tile, std::int64_t rows, std::int64_t columns, Real shift, Real inverse_temperature,
               Real* row_sums, Real* column_sums);
  // tile_ij becomes e_ij * (row_rates[i] + column_rates[j]).
  void (*weights)(Real* tile, std::int64_t rows, std::int64_t columns, Real shift, Real inverse_temperature,
                  const Real* row_rates, const Real* column_rates);
  // The same with a shift for every row and column, for temperatures where one shift for all underflows.
  void (*shifted_sums)(const Real* tile, std::int64_t rows, std::int64_t columns, const Real* row_shifts,
                       const Real* column_shifts, Real inverse_temperature, Real* row_sums, Real* column_sums);
  // tile_ij becomes row_rates[i] e^((tile_ij - row_shifts[i]) / t) + column_rates[j] e^((tile_ij - column_shifts[j]) /
  // t).
  void (*shifted_weights)(Real* tile, std::int64_t rows, std::int64_t columns, const Real* row_shifts,
                          const Real* column_shifts, Real inverse_temperature, const Real* row_rates,
                          const Real* column_rates);
};

// The best that this machine runs; relative error of an exponential below 3 units in the last place.
template <class Real>
const TileKernels<Real>& tile_kernels();
template <>
const TileKernels<float>& tile_kernels<float>();
template <>
const TileKernels<double>& tile_kernels<double>();

// By instruction set, for tile_kernels() and its test.
template <class Real>
const TileKernels<Real>& baseline_tile_kernels();
template <class Real>
const TileKernels<Real>& avx2_tile_kernels();
template <class Real>
const TileKernels<Real>& avx512_tile_kernels();

}  // namespace ssem::trainer
