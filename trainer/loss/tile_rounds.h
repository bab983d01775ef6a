// Which tiles of a symmetric matrix may be worked on together.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace ssem::trainer {

// Every unordered pair of `blocks` blocks once, in rounds in which no block occurs twice (a round-robin tournament):
// the pairs of a round may be added to without locks, and every block receives its sums in the same order whatever
// the number of threads. Pairs of a block with itself are not among them.
inline std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> tile_rounds(std::int64_t blocks) {
  const std::int64_t seats = blocks + blocks % 2;
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> rounds;
  for (std::int64_t round = 0; round + 1 < seats; ++round) {
    auto& pairs = rounds.emplace_back();
    for (std::int64_t k = 0; k < seats / 2; ++k) {
      const std::int64_t left = (round + k) % (seats - 1);
      const std::int64_t right = k == 0 ? seats - 1 : (round - k + seats - 1) % (seats - 1);
      if (right < blocks && left < blocks) pairs.emplace_back(left, right);
    }
  }
  return rounds;
}

// Every block of one half, 0 .. half - 1, with every block of the other, half .. 2 half - 1, likewise.
inline std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> crossed_rounds(std::int64_t half) {
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> rounds(static_cast<std::size_t>(half));
  for (std::int64_t round = 0; round < half; ++round) {
    for (std::int64_t k = 0; k < half; ++k) {
      rounds[static_cast<std::size_t>(round)].emplace_back(k, half + (k + round) % half);
    }
  }
  return rounds;
}

}  // namespace ssem::trainer
