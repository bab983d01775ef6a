// The loops of tile_kernels.h. Each tile_kernels_<instruction set>.cpp compiles them with its own options, so nothing
// here may be seen outside that file: an inline function kept by the linker could be the wrong set's.
#pragma once

#include <bit>
#include <cstdint>

#include "trainer/loss/tile_kernels.h"

namespace ssem::trainer {
namespace {

// exp(x) for x <= 88 (float) or 709 (double); 0 where the result would be below the normal numbers. x = k log 2 + r,
// |r| <= log(2)/2, a Taylor polynomial in r, and k into the exponent.
inline float exp_of(float x) {
  constexpr float kLowest = -87.0F;
  const float bounded = x < kLowest ? kLowest : x;
  const float shifted = bounded * 1.44269504F + 12582912.0F;  // 1.5 * 2^23: the sum's last bits are the integer k
  const float k = shifted - 12582912.0F;
  const float r = (bounded - k * 0.693359375F) - k * -2.12194440e-4F;
  float p = 1.0F / 5040.0F;
  p = p * r + 1.0F / 720.0F;
  p = p * r + 1.0F / 120.0F;
  p = p * r + 1.0F / 24.0F;
  p = p * r + 1.0F / 6.0F;
  p = p * r + 0.5F;
  p = p * r + 1.0F;
  p = p * r + 1.0F;
  const auto bits = (std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(12582912.0F) + 127) << 23;
  const float value = p * std::bit_cast<float>(bits);
  return x < kLowest ? 0.0F : value;
}

inline double exp_of(double x) {
  constexpr double kLowest = -708.0;
  constexpr double kRound = 6755399441055744.0;  // 1.5 * 2^52
  const double bounded = x < kLowest ? kLowest : x;
  const double shifted = bounded * 1.4426950408889634074 + kRound;
  const double k = shifted - kRound;
  const double r = (bounded - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  const auto bits = (std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(kRound) + 1023) << 52;
  const double value = p * std::bit_cast<double>(bits);
  return x < kLowest ? 0.0 : value;
}

template <class Real>
void sums(const Real* tile, std::int64_t rows, std::int64_t columns, Real shift, Real inverse_temperature,
          Real* row_sums, Real* column_sums) {
  for (std::int64_t j = 0; j < columns; ++j) column_sums[j] = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    const Real* row = tile + i * columns;
    Real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < columns; ++j) {
      const Real e = exp_of((row[j] - shift) * inverse_temperature);
      sum += e;
      column_sums[j] += e;
    }
    row_sums[i] = sum;
  }
}

template <class Real>
void weights(Real* tile, std::int64_t rows, std::int64_t columns, Real shift, Real inverse_temperature,
             const Real* row_rates, const Real* column_rates) {
  for (std::int64_t i = 0; i < rows; ++i) {
    Real* row = tile + i * columns;
    const Real rate = row_rates[i];
#pragma omp simd
    for (std::int64_t j = 0; j < columns; ++j) {
      row[j] = exp_of((row[j] - shift) * inverse_temperature) * (rate + column_rates[j]);
    }
  }
}

template <class Real>
void shifted_sums(const Real* tile, std::int64_t rows, std::int64_t columns, const Real* row_shifts,
                  const Real* column_shifts, Real inverse_temperature, Real* row_sums, Real* column_sums) {
  for (std::int64_t j = 0; j < columns; ++j) column_sums[j] = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    const Real* row = tile + i * columns;
    const Real shift = row_shifts[i];
    Real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < columns; ++j) {
      sum += exp_of((row[j] - shift) * inverse_temperature);
      column_sums[j] += exp_of((row[j] - column_shifts[j]) * inverse_temperature);
    }
    row_sums[i] = sum;
  }
}

template <class Real>
void shifted_weights(Real* tile, std::int64_t rows, std::int64_t columns, const Real* row_shifts,
                     const Real* column_shifts, Real inverse_temperature, const Real* row_rates,
                     const Real* column_rates) {
  for (std::int64_t i = 0; i < rows; ++i) {
    Real* row = tile + i * columns;
    const Real shift = row_shifts[i];
    const Real rate = row_rates[i];
#pragma omp simd
    for (std::int64_t j = 0; j < columns; ++j) {
      row[j] = rate * exp_of((row[j] - shift) * inverse_temperature) +
               column_rates[j] * exp_of((row[j] - column_shifts[j]) * inverse_temperature);
    }
  }
}

template <class Real>
constexpr TileKernels<Real> kKernels = {sums<Real>, weights<Real>, shifted_sums<Real>, shifted_weights<Real>};

}  // namespace
}  // namespace ssem::trainer
