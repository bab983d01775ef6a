#include "trainer/blas/library.h"

#include <doctest/doctest.h>

#include "trainer/blas/gemm.h"
#include "trainer/blas/kernels.h"
#include "trainer/blas/openblas.h"

namespace ssem::trainer::blas {
namespace {

TEST_CASE("the chosen BLAS multiplies right, is named, and is the same at every call") {
  CHECK(products_are_right(library().products));
  CHECK(!library().name.empty());
  CHECK(&library() == &library());
}

TEST_CASE("an OpenBLAS that nobody else has loaded runs a kernel that suits the processor") {
  if (OpenBlas::of_torch() || library().kernel.empty() || kernel_is_users()) return;
  CHECK(better_kernels(library().kernel, processor_level()).empty());
}

TEST_CASE("while one thread is asked for OpenBLAS has one, and afterwards what it had") {
  if (!library().set_threads) return;
  const int before = library().threads();
  library().set_threads(2);
  {
    const OneThread outer;
    {
      const OneThread inner;
      CHECK(library().threads() == 1);
    }
    CHECK(library().threads() == 1);
  }
  CHECK(library().threads() == 2);
  library().set_threads(before);
}

TEST_CASE("the facts name the chosen BLAS and a rate") {
  const BlasFacts facts = blas_facts();
  CHECK(facts.library == library().name);
  CHECK(facts.kernel == library().kernel);
  CHECK(facts.gflops > 0);
}

}  // namespace
}  // namespace ssem::trainer::blas
