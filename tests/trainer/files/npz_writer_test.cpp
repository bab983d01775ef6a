#include "trainer/files/npz_writer.h"

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "tests/trainer/files/file_content.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/arrays/npz_reader.h"

namespace ssem::trainer {
TEST_CASE("npz arrays of every type, without elements or sides, come back; the same arrays give the same bytes") {
  const std::vector<double> doubles{0.1, -0.0, std::numeric_limits<double>::infinity()};
  const std::vector<float> floats{1.5F};
  const std::vector<std::int64_t> integers{-1, std::numeric_limits<std::int64_t>::max()};
  const auto text = [&] {
    NpzWriter writer;
    writer.add("doubles", std::span<const double>(doubles), {3, 1, 1});
    writer.add("scalar", std::span<const float>(floats), {});
    writer.add("none", std::span<const float>(), {0, 7});
    writer.add("integers", std::span<const std::int64_t>(integers), {2});
    return writer.text().value();
  };
  const TemporaryFolder folder;
  const auto read = read_npz(folder.write("a.npz", text()));
  INFO((read ? "" : read.error().message));
  REQUIRE(read);
  const NamedArrays& arrays = read.value();
  CHECK(arrays.size() == 4);
  CHECK(arrays.at("doubles").shape == std::vector<std::int64_t>{3, 1, 1});
  CHECK(std::memcmp(arrays.at("doubles").bytes.data(), doubles.data(), sizeof(double) * 3) == 0);
  CHECK(arrays.at("scalar").shape.empty());
  CHECK(to_floats(arrays.at("scalar")) == floats);
  CHECK(arrays.at("none").shape == std::vector<std::int64_t>{0, 7});
  CHECK(to_integers(arrays.at("integers"), "integers").value() == integers);
  CHECK(text() == text());
  CHECK(read_npz(folder.write("empty.npz", NpzWriter().text().value())).value().empty());
}

TEST_CASE("the data of an npz array begin at a multiple of 64 bytes of its file") {
  const std::vector<float> value{1};
  for (std::int64_t sides = 0; sides < 40; ++sides) {
    NpzWriter writer;
    writer.add("a", std::span<const float>(value), std::vector<std::int64_t>(static_cast<std::size_t>(sides), 1));
    const std::string text = writer.text().value();
    const std::size_t start = text.find("\x93NUMPY");
    REQUIRE(start != std::string::npos);
    CHECK((10 + little_endian(text.substr(start + 8, 2))) % 64 == 0);
  }
}

TEST_CASE("arrays of 4 GiB are refused before a byte of them is read") {
  constexpr std::size_t kBytes = std::size_t{1} << 32U;
  void* const place = ::mmap(nullptr, kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(place != MAP_FAILED);
  NpzWriter writer;
  const std::span<const float> values(static_cast<const float*>(place), kBytes / sizeof(float));
  writer.add("large", values, {static_cast<std::int64_t>(values.size())});
  ::munmap(place, kBytes);
  const auto text = writer.text();
  REQUIRE_FALSE(text);
  CHECK(has(text.error().message, "4 GiB"));
}

}  // namespace ssem::trainer
