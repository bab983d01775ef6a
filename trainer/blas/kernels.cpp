#include "trainer/blas/kernels.h"

#include <algorithm>
#include <array>

namespace ssem::trainer::blas {
namespace {

struct Kernel {
  std::string_view name;
  VectorLevel level;
};

// OpenBLAS's list for x86-64 (driver/others/dynamic.c).
constexpr std::array<Kernel, 24> kKernels{{
    {"skylakex", VectorLevel::avx512}, {"cooperlake", VectorLevel::avx512}, {"sapphirerapids", VectorLevel::avx512},
    {"haswell", VectorLevel::avx2},    {"zen", VectorLevel::avx2},          {"excavator", VectorLevel::avx2},
    {"sandybridge", VectorLevel::avx}, {"bulldozer", VectorLevel::avx},     {"piledriver", VectorLevel::avx},
    {"steamroller", VectorLevel::avx}, {"prescott", VectorLevel::sse},      {"core2", VectorLevel::sse},
    {"penryn", VectorLevel::sse},      {"dunnington", VectorLevel::sse},    {"nehalem", VectorLevel::sse},
    {"athlon", VectorLevel::sse},      {"opteron", VectorLevel::sse},       {"opteron_sse3", VectorLevel::sse},
    {"barcelona", VectorLevel::sse},   {"bobcat", VectorLevel::sse},        {"nano", VectorLevel::sse},
    {"atom", VectorLevel::sse},        {"katmai", VectorLevel::sse},        {"northwood", VectorLevel::sse},
}};

struct Rescue {
  const char* name;
  VectorLevel level;
};
// One for each level that matters. Cooperlake and SapphireRapids differ from SkylakeX in bfloat16 only; Zen from
// Haswell in block sizes.
constexpr std::array<Rescue, 2> kRescues{{{"SkylakeX", VectorLevel::avx512}, {"Haswell", VectorLevel::avx2}}};

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

}  // namespace

std::optional<VectorLevel> processor_level() {
#ifdef __x86_64__
  // These ask the operating system too: it must save the wider registers.
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    return VectorLevel::avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return VectorLevel::avx2;
  return __builtin_cpu_supports("avx") ? VectorLevel::avx : VectorLevel::sse;
#else
  return std::nullopt;
#endif
}

std::optional<VectorLevel> kernel_level(std::string_view kernel) {
  std::string name(kernel);
  std::transform(name.begin(), name.end(), name.begin(), lower);
  for (const Kernel& known : kKernels) {
    if (known.name == name) return known.level;
  }
  return std::nullopt;
}

std::vector<std::string> better_kernels(std::string_view chosen, std::optional<VectorLevel> processor) {
  std::vector<std::string> better;
  const auto level = kernel_level(chosen);
  if (!level || !processor) return better;
  for (const Rescue& rescue : kRescues) {
    if (rescue.level > *level && rescue.level <= *processor) better.emplace_back(rescue.name);
  }
  return better;
}

}  // namespace ssem::trainer::blas
