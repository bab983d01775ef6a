#include "trainer/loss/smaller_tiles.h"

#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

// Fits from `fits` rows down.
struct Memory {
  std::int64_t fits;
  std::vector<std::int64_t> tried;
  std::int64_t operator()(std::int64_t tile) {
    tried.push_back(tile);
    if (tile > fits) throw c10::OutOfMemoryError({"", "", 0}, "CUDA out of memory");
    return tile;
  }
};

}  // namespace

TEST_CASE("tiles are halved until they fit, and the size that fitted is kept") {
  Memory memory{1000, {}};
  std::int64_t tile = 4096;
  CHECK(with_smaller_tiles(tile, [&](std::int64_t size) { return memory(size); }) == 512);
  CHECK(memory.tried == std::vector<std::int64_t>{4096, 2048, 1024, 512});
  CHECK(tile == 512);
}

TEST_CASE("when the smallest tile does not fit either, the fault goes on") {
  Memory memory{10, {}};
  std::int64_t tile = 1024;
  CHECK_THROWS_AS(with_smaller_tiles(tile, [&](std::int64_t size) { return memory(size); }), c10::OutOfMemoryError);
  CHECK(memory.tried == std::vector<std::int64_t>{1024, 512, 256});
}

}  // namespace ssem::trainer
