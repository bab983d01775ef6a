#include "trainer/loss/blas.h"

#include <dlfcn.h>

#include <mutex>

extern "C" {
void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*,
            const float*, const int*, const float*, float*, const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*, const double*, const int*,
            const double*, const int*, const double*, double*, const int*);
}

namespace ssem::trainer::blas {
namespace {

template <class Function>
Function find(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void gemm(char trans_a, char trans_b, std::int64_t rows, std::int64_t columns, std::int64_t inner, float scale,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float keep, float* c, std::int64_t ldc) {
  const auto m = static_cast<int>(rows), n = static_cast<int>(columns), k = static_cast<int>(inner);
  const auto step_a = static_cast<int>(lda), step_b = static_cast<int>(ldb), step_c = static_cast<int>(ldc);
  sgemm_(&trans_a, &trans_b, &m, &n, &k, &scale, a, &step_a, b, &step_b, &keep, c, &step_c);
}

void gemm(char trans_a, char trans_b, std::int64_t rows, std::int64_t columns, std::int64_t inner, double scale,
          const double* a, std::int64_t lda, const double* b, std::int64_t ldb, double keep, double* c,
          std::int64_t ldc) {
  const auto m = static_cast<int>(rows), n = static_cast<int>(columns), k = static_cast<int>(inner);
  const auto step_a = static_cast<int>(lda), step_b = static_cast<int>(ldb), step_c = static_cast<int>(ldc);
  dgemm_(&trans_a, &trans_b, &m, &n, &k, &scale, a, &step_a, b, &step_b, &keep, c, &step_c);
}

// Several passes may run at once: the first one in remembers the setting, the last one out restores it.
namespace {
std::mutex passes_mutex;
int passes = 0;
int threads_before = 0;
}  // namespace

OneThread::OneThread() {
  static const auto get_threads = find<int (*)()>("openblas_get_num_threads");
  static const auto set_threads = find<void (*)(int)>("openblas_set_num_threads");
  if (get_threads == nullptr || set_threads == nullptr) return;
  const std::lock_guard lock(passes_mutex);
  if (passes++ > 0) return;
  threads_before = get_threads();
  if (threads_before > 1) set_threads(1);
}

OneThread::~OneThread() {
  static const auto set_threads = find<void (*)(int)>("openblas_set_num_threads");
  if (set_threads == nullptr) return;
  const std::lock_guard lock(passes_mutex);
  if (--passes == 0 && threads_before > 1) set_threads(threads_before);
}

OneThreadHere::OneThreadHere() {
  static const auto set_threads = find<int (*)(int)>("MKL_Set_Num_Threads_Local");
  if (set_threads != nullptr) threads_before_ = set_threads(1);
}

OneThreadHere::~OneThreadHere() {
  static const auto set_threads = find<int (*)(int)>("MKL_Set_Num_Threads_Local");
  if (set_threads != nullptr) set_threads(threads_before_);
}

}  // namespace ssem::trainer::blas
