#include "tests/fuzz/coverage_map.h"

#include <array>
#include <cstring>

namespace ssem::fuzz {
namespace {

std::array<std::uint8_t, kEdges> taken{};
std::array<std::uint8_t, kEdges> known{};
std::uintptr_t last = 0;

// 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127 and more: a loop that runs once more is no news, twice as often is.
std::uint8_t bucket_of(std::uint8_t count) {
  if (count == 0) return 0;
  if (count < 4) return static_cast<std::uint8_t>((1U << count) >> 1U);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}

}  // namespace

void begin_coverage() {
  taken.fill(0);
  last = 0;
}

bool found_new_edges() {
  bool is_new = false;
  for (std::size_t first = 0; first < kEdges; first += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;  // most are not taken
    std::memcpy(&eight, taken.data() + first, sizeof eight);
    for (std::size_t edge = first; eight != 0 && edge < first + sizeof eight; ++edge) {
      const std::uint8_t bucket = bucket_of(taken[edge]);
      is_new = is_new || (bucket & ~known[edge]) != 0;
      known[edge] = static_cast<std::uint8_t>(known[edge] | bucket);
    }
  }
  return is_new;
}

std::size_t known_edges() {
  std::size_t count = 0;
  for (const std::uint8_t edge : known) count += edge != 0 ? 1 : 0;
  return count;
}

}  // namespace ssem::fuzz

// GCC calls it at every branch of what is compiled with -fsanitize-coverage=trace-pc.
extern "C" void __sanitizer_cov_trace_pc() {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  const std::uintptr_t mixed = (here * 0x9E3779B97F4A7C15U) >> 48U;
  std::uint8_t& count = ssem::fuzz::taken[(mixed ^ ssem::fuzz::last) & (ssem::fuzz::kEdges - 1)];
  if (count < 255) ++count;
  ssem::fuzz::last = mixed >> 1U;
}
