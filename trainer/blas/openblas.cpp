#include "trainer/blas/openblas.h"

#include <dlfcn.h>

#include <cstdlib>

namespace ssem::trainer::blas {
namespace {

constexpr const char* kFile = "libopenblas.so.0";

template <class Function>
bool look_up(void* handle, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(handle, name));
  return function != nullptr;
}

}  // namespace

bool OpenBlas::take_symbols() {
  void* const scope = handle_ != nullptr ? handle_ : RTLD_DEFAULT;
  const bool all = look_up(scope, "openblas_get_config", get_config_) &&
                   look_up(scope, "openblas_get_corename", get_corename_) &&
                   look_up(scope, "openblas_get_num_threads", get_threads_) &&
                   look_up(scope, "openblas_set_num_threads", set_threads_) &&
                   look_up(scope, "dgemm_", products_.twice) && look_up(scope, "sgemm_", products_.single);
  if (!all) products_ = {};
  return all;
}

OpenBlas OpenBlas::of_torch() {
  OpenBlas found;
  found.take_symbols();
  return found;
}

OpenBlas OpenBlas::of_system() {
  OpenBlas found;
  found.handle_ = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  if (found.handle_ != nullptr) found.take_symbols();
  return found;
}

std::string OpenBlas::version() const {
  const std::string config = get_config_();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
  const std::size_t name = config.find(' ');
  return config.substr(0, name == std::string::npos ? name : config.find(' ', name + 1));
}

std::string OpenBlas::kernel() const { return get_corename_(); }

bool OpenBlas::reload() {
  dlclose(handle_);
  // Someone else's, or kept for another reason: the constructor that reads the variable would not run again.
  if (void* const still = dlopen(kFile, RTLD_NOW | RTLD_NOLOAD)) {
    handle_ = still;
    return false;
  }
  handle_ = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  return handle_ != nullptr && take_symbols();
}

bool is_right(const OpenBlas& library) {
  const int threads = library.threads();
  library.set_threads(1);
  const bool right = products_are_right(library.products());
  library.set_threads(threads);
  return right;
}

bool kernel_is_users() { return std::getenv(kCoreType) != nullptr && std::getenv(kDetected) == nullptr; }

std::string detected_kernel(const OpenBlas& library) {
  const char* const kept = std::getenv(kDetected);
  return kept != nullptr ? kept : library.kernel();
}

}  // namespace ssem::trainer::blas
