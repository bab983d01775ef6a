// OpenBLAS as a shared library: found, asked and, where it is ours alone, loaded again with another kernel.
#pragma once

#include <string>

#include "trainer/blas/products.h"

namespace ssem::trainer::blas {

// Read by OpenBLAS when it is loaded.
inline constexpr const char* kCoreType = "OPENBLAS_CORETYPE";
// What OpenBLAS chose by itself, kept over a restart. In a test: what it is to be taken to have chosen.
inline constexpr const char* kDetected = "SSEM_OPENBLAS_DETECTED";

class OpenBlas {
 public:
  // The one that came with LibTorch (Debian's), before main(): its kernel cannot be changed any more.
  static OpenBlas of_torch();
  // The system's libopenblas.so.0, loaded for the caller alone. Not where there is one of LibTorch's, whose symbols it
  // would pick up.
  static OpenBlas of_system();

  explicit operator bool() const { return products_.single != nullptr; }
  const Products& products() const { return products_; }
  std::string version() const;  // "OpenBLAS 0.3.21"
  std::string kernel() const;   // "SkylakeX"
  int threads() const { return get_threads_(); }
  void set_threads(int threads) const { set_threads_(threads); }

  // Of of_system() only: with OPENBLAS_CORETYPE as it now is. False, and nothing has changed, where the system does not
  // let go of it.
  bool reload();

 private:
  bool take_symbols();

  void* handle_ = nullptr;
  Products products_;
  const char* (*get_config_)() = nullptr;
  const char* (*get_corename_)() = nullptr;
  int (*get_threads_)() = nullptr;
  void (*set_threads_)(int) = nullptr;
};

// products_are_right() on one thread.
bool is_right(const OpenBlas& library);

// Whether the user has named the kernel.
bool kernel_is_users();
// The one that it chose by itself.
std::string detected_kernel(const OpenBlas& library);

}  // namespace ssem::trainer::blas
