#include "trainer/blas/library.h"

#include <dlfcn.h>

#include <cmath>
#include <cstdlib>
#include <string_view>

#include "trainer/blas/gemm.h"
#include "trainer/blas/kernels.h"
#include "trainer/blas/openblas.h"

extern "C" {
ssem::trainer::blas::Sgemm sgemm_;
ssem::trainer::blas::Dgemm dgemm_;
}

namespace ssem::trainer::blas {
namespace {

// What LibTorch holds or links.
Library of_torch() {
  Library library;
  library.products = {sgemm_, dgemm_};
  library.set_threads_here = reinterpret_cast<int (*)(int)>(dlsym(RTLD_DEFAULT, "MKL_Set_Num_Threads_Local"));
  Dl_info place{};
  if (library.set_threads_here != nullptr) {
    library.name = "MKL";
  } else if (dladdr(reinterpret_cast<void*>(sgemm_), &place) != 0 && place.dli_fname != nullptr) {
    const std::string_view path = place.dli_fname;
    library.name = path.substr(path.rfind('/') + 1);
  }
  return library;
}

Library of_openblas(const OpenBlas& found) {
  Library library;
  library.products = found.products();
  library.name = found.version();
  library.kernel = found.kernel();
  library.threads = [found] { return found.threads(); };
  library.set_threads = [found](int threads) { found.set_threads(threads); };
  return library;
}

// Loads `found` with the first of the better kernels that is there and right; else with its own choice again.
void take_better_kernel(OpenBlas& found) {
  for (const std::string& kernel : better_kernels(detected_kernel(found), processor_level())) {
    ::setenv(kCoreType, kernel.c_str(), 1);
    const bool loaded = found.reload();
    if (loaded && kernel_level(found.kernel()) >= kernel_level(kernel) && is_right(found)) return;
    ::unsetenv(kCoreType);
    if (!found || !found.reload()) return;
  }
}

Library choose() {
  if (const OpenBlas found = OpenBlas::of_torch()) return of_openblas(found);
  const char* const wish = std::getenv("SSEM_BLAS");
  if (wish != nullptr && std::string_view(wish) == "torch") return of_torch();
  OpenBlas found = OpenBlas::of_system();
  if (found && !kernel_is_users()) take_better_kernel(found);
  return found && is_right(found) ? of_openblas(found) : of_torch();
}

}  // namespace

const Library& library() {
  static const Library chosen = choose();
  return chosen;
}

BlasFacts blas_facts() {
  const OneThread one_thread;
  const OneThreadHere one_thread_here;
  return {library().name, library().kernel, std::round(10 * tile_rate(library().products)) / 10};
}

}  // namespace ssem::trainer::blas
