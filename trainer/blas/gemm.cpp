#include "trainer/blas/gemm.h"

#include <mutex>

#include "trainer/blas/library.h"

namespace ssem::trainer::blas {

void gemm(char trans_a, char trans_b, std::int64_t rows, std::int64_t columns, std::int64_t inner, float scale,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float keep, float* c, std::int64_t ldc) {
  const auto m = static_cast<int>(rows), n = static_cast<int>(columns), k = static_cast<int>(inner);
  const auto step_a = static_cast<int>(lda), step_b = static_cast<int>(ldb), step_c = static_cast<int>(ldc);
  library().products.single(&trans_a, &trans_b, &m, &n, &k, &scale, a, &step_a, b, &step_b, &keep, c, &step_c);
}

void gemm(char trans_a, char trans_b, std::int64_t rows, std::int64_t columns, std::int64_t inner, double scale,
          const double* a, std::int64_t lda, const double* b, std::int64_t ldb, double keep, double* c,
          std::int64_t ldc) {
  const auto m = static_cast<int>(rows), n = static_cast<int>(columns), k = static_cast<int>(inner);
  const auto step_a = static_cast<int>(lda), step_b = static_cast<int>(ldb), step_c = static_cast<int>(ldc);
  library().products.twice(&trans_a, &trans_b, &m, &n, &k, &scale, a, &step_a, b, &step_b, &keep, c, &step_c);
}

// Several passes may run at once: the first one in remembers the setting, the last one out restores it.
namespace {
std::mutex passes_mutex;
int passes = 0;
int threads_before = 0;
}  // namespace

OneThread::OneThread() {
  const Library& blas = library();
  if (!blas.set_threads) return;
  const std::lock_guard lock(passes_mutex);
  if (passes++ > 0) return;
  threads_before = blas.threads();
  if (threads_before > 1) blas.set_threads(1);
}

OneThread::~OneThread() {
  const Library& blas = library();
  if (!blas.set_threads) return;
  const std::lock_guard lock(passes_mutex);
  if (--passes == 0 && threads_before > 1) blas.set_threads(threads_before);
}

OneThreadHere::OneThreadHere() {
  if (library().set_threads_here != nullptr) threads_before_ = library().set_threads_here(1);
}

OneThreadHere::~OneThreadHere() {
  if (library().set_threads_here != nullptr) library().set_threads_here(threads_before_);
}

}  // namespace ssem::trainer::blas
