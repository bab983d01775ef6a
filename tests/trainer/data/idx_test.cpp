#include "trainer/data/idx.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/load_data.h"

namespace ssem::trainer {
namespace {

std::string idx_head(std::initializer_list<unsigned> sizes) {
  std::string head{0, 0, 8, static_cast<char>(sizes.size())};
  for (const unsigned size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(size >> shift & 0xFFU);
  }
  return head;
}

std::string gzipped(const std::string& text) {
  std::string packed(text.size() + 100, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

TEST_CASE("IDX files are read plain and gzipped, from their names in a folder") {
  const TemporaryFolder folder;
  const std::string pixels{10, 20, 30, 40, 50, 60, 70, 80};
  folder.write("train-images-idx3-ubyte.gz", gzipped(idx_head({4, 1, 2}) + pixels));
  folder.write("train-labels-idx1-ubyte", idx_head({4}) + std::string{0, 1, 0, 1});
  folder.write("t10k-images-idx3-ubyte", idx_head({1, 1, 2}) + std::string{5, 6});
  folder.write("t10k-labels-idx1-ubyte", idx_head({1}) + std::string{1});
  // Labels lie where the images' own name says: the gzipped images' labels are gzipped too.
  CHECK(has(fault_of(files("idx", folder.path())), "train-labels-idx1-ubyte.gz: cannot be opened"));
  folder.write("train-labels-idx1-ubyte.gz", gzipped(idx_head({4}) + std::string{0, 1, 0, 1}));
  const auto data = load_data(files("idx", folder.path()), 1);
  REQUIRE(data);
  CHECK(data.value().train.shape == std::vector<std::int64_t>{1, 1, 2});
  CHECK(data.value().train.pixels == std::vector<std::uint8_t>(pixels.begin(), pixels.end()));
  CHECK(data.value().test.labels == std::vector<std::int64_t>{1});
}

TEST_CASE("IDX files with sizes that are not theirs are refused, however large the sizes") {
  const TemporaryFolder folder;
  const auto images = [&](const std::string& bytes) { return folder.write("a-images-idx3-ubyte", bytes); };
  folder.write("a-labels-idx1-ubyte", idx_head({2}) + std::string{0, 1});
  CHECK(has(fault_of(files("idx", images(idx_head({2, 1, 2}) + "abc"))), "are left"));
  CHECK(has(fault_of(files("idx", images(idx_head({2, 1, 2}) + "abcde"))), "1 bytes follow"));
  CHECK(
      has(fault_of(files("idx", images(idx_head({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}) + "abcd"))), "more bytes than"));
  CHECK(has(fault_of(files("idx", images(idx_head({3, 1, 1}) + "abc"))), "one label for each of the 3 images"));
  CHECK(has(fault_of(files("idx", images("abcd"))), "no idx file"));
  CHECK(has(fault_of(files("idx", images(""))), "magic number"));
}

}  // namespace ssem::trainer
