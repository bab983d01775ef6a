#include "trainer/blas/kernels.h"

#include <doctest/doctest.h>

namespace ssem::trainer::blas {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("an OpenBLAS that fell back to Prescott is offered what the processor can execute, the best first") {
  CHECK(better_kernels("Prescott", VectorLevel::avx512) == Names{"SkylakeX", "Haswell"});
  CHECK(better_kernels("Prescott", VectorLevel::avx2) == Names{"Haswell"});
  CHECK(better_kernels("Prescott", VectorLevel::avx).empty());
  CHECK(better_kernels("Prescott", VectorLevel::sse).empty());
}

TEST_CASE("a kernel that uses all of the processor is left alone") {
  for (const char* kernel : {"SkylakeX", "Cooperlake", "SapphireRapids"}) {
    CHECK(better_kernels(kernel, VectorLevel::avx512).empty());
    CHECK(better_kernels(kernel, VectorLevel::avx2).empty());
  }
  for (const char* kernel : {"Haswell", "Zen"}) CHECK(better_kernels(kernel, VectorLevel::avx2).empty());
}

TEST_CASE("half of the processor is not enough") {
  CHECK(better_kernels("Zen", VectorLevel::avx512) == Names{"SkylakeX"});
  CHECK(better_kernels("Sandybridge", VectorLevel::avx2) == Names{"Haswell"});
}

TEST_CASE("what is not known here is left alone: a newer kernel, another architecture") {
  CHECK(better_kernels("DiamondRapids", VectorLevel::avx512).empty());
  CHECK(better_kernels("Prescott", std::nullopt).empty());
  CHECK(better_kernels("ARMV8", std::nullopt).empty());
  CHECK(better_kernels("", VectorLevel::avx512).empty());
}

TEST_CASE("kernels are known by their names in any case") {
  CHECK(kernel_level("SKYLAKEX") == VectorLevel::avx512);
  CHECK(kernel_level("haswell") == VectorLevel::avx2);
  CHECK(kernel_level("Opteron_SSE3") == VectorLevel::sse);
  CHECK(!kernel_level("Haswell2"));
}

}  // namespace
}  // namespace ssem::trainer::blas
