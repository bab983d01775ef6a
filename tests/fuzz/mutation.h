// Inputs made of other inputs.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace ssem::fuzz {

inline constexpr std::size_t kMostBytes = 1UL << 14U;

// One of `corpus`, changed in one to eight places: bytes, numbers, words that readers stumble over, pieces of itself
// and of others. `corpus` has at least one.
std::string mutated(const std::vector<std::string>& corpus, std::mt19937_64& random);

}  // namespace ssem::fuzz
