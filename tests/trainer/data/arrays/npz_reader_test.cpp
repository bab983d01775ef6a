#include "trainer/data/arrays/npz_reader.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/files/npz_writer.h"

namespace ssem::trainer {
namespace {

// Six rows of two columns in three classes.
std::string small_npz() {
  const std::vector<float> rows{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::vector<std::int64_t> labels{0, 0, 1, 1, 2, 2};
  NpzWriter writer;
  writer.add("x", std::span<const float>(rows), {6, 2});
  writer.add("y", std::span<const std::int64_t>(labels), {6});
  return writer.text().value();
}

}  // namespace

TEST_CASE("npz files come back as they were written, and every truncation or flipped byte is a fault or an array") {
  const TemporaryFolder folder;
  const std::string whole = small_npz();
  const auto arrays = read_npz(folder.write("a.npz", whole));
  REQUIRE(arrays);
  CHECK(to_floats(arrays.value().at("x")) == std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  CHECK(arrays.value().at("x").shape == std::vector<std::int64_t>{6, 2});
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CHECK_FALSE(read_npz(folder.write("cut.npz", whole.substr(0, at))));
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    if (!read_npz(folder.write("flipped.npz", flipped))) ++refused;
  }
  CHECK(refused > static_cast<int>(whole.size()) / 2);  // every byte of data is under a checksum
}

}  // namespace ssem::trainer
