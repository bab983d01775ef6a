// A computation in tiles that does not fit into memory is tried again with smaller ones.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>

namespace ssem::trainer {

inline constexpr std::int64_t kLeastTile = 256;  // rows; smaller ones would save next to nothing

// pass(tile), with `tile` halved for as long as memory runs out; it keeps the size that fitted. Below kLeastTile the
// exception of LibTorch's allocator goes on to the caller.
template <class Pass>
auto with_smaller_tiles(std::int64_t& tile, Pass pass) {
  for (;;) {
    try {
      return pass(tile);
    } catch (const c10::OutOfMemoryError&) {
      if (tile / 2 < kLeastTile) throw;
      tile /= 2;
    }
  }
}

}  // namespace ssem::trainer
