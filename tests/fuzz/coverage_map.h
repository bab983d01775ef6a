// Which edges of the program one execution took, where the compiler was told to say so (preset fuzz).
#pragma once

#include <cstddef>
#include <cstdint>

namespace ssem::fuzz {

inline constexpr std::size_t kEdges = std::size_t{1} << 16U;

// Forgets the last execution.
void begin_coverage();

// True when it took an edge, or took one so many times more often, as none did before. False for ever where the
// compiler says nothing.
bool found_new_edges();

// So many edges so far.
std::size_t known_edges();

}  // namespace ssem::fuzz
