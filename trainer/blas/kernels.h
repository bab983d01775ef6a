// Which of OpenBLAS's kernels ("core types") suit this processor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ssem::trainer::blas {

// What matrix products are made of; each includes the ones before it.
enum class VectorLevel { sse, avx, avx2, avx512 };

// Of this processor and operating system; nothing on other architectures than x86-64.
std::optional<VectorLevel> processor_level();

// Of a kernel, by the name that openblas_get_corename() gives, in any case. Nothing for a name that is not known here.
std::optional<VectorLevel> kernel_level(std::string_view kernel);

// Kernels to try instead of the one that OpenBLAS has chosen, the best first: those that use more of the processor, and
// none that the processor could not execute. Empty where the choice is as good, or where it cannot be judged: a newer
// library may know better than this list. OpenBLAS falls back to "Prescott", five times slower, on processors that are
// newer than itself (Debian 12's 0.3.21 on Intel's Emerald Rapids and later).
std::vector<std::string> better_kernels(std::string_view chosen, std::optional<VectorLevel> processor);

}  // namespace ssem::trainer::blas
