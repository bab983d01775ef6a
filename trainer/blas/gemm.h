// C = scale * op(A) op(B) + keep * C, column-major, in the BLAS that trainer/blas/library.h chooses.
#pragma once

#include <cstdint>

namespace ssem::trainer::blas {

void gemm(char trans_a, char trans_b, std::int64_t rows, std::int64_t columns, std::int64_t inner, float scale,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float keep, float* c, std::int64_t ldc);
void gemm(char trans_a, char trans_b, std::int64_t rows, std::int64_t columns, std::int64_t inner, double scale,
          const double* a, std::int64_t lda, const double* b, std::int64_t ldb, double keep, double* c,
          std::int64_t ldc);

// While it lives, OpenBLAS starts no threads of its own, in any thread: the tiles are what runs in parallel.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
};

// The same for MKL, for the thread that makes it.
class OneThreadHere {
 public:
  OneThreadHere();
  ~OneThreadHere();
  OneThreadHere(const OneThreadHere&) = delete;
  OneThreadHere& operator=(const OneThreadHere&) = delete;

 private:
  int threads_before_ = 0;
};

}  // namespace ssem::trainer::blas
