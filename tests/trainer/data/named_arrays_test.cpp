#include "trainer/data/named_arrays.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/files/npz_writer.h"

namespace ssem::trainer {

TEST_CASE("an array whose labels do not fit its rows is refused with its name") {
  const TemporaryFolder folder;
  const std::vector<float> rows{1, 2, 3, 4};
  const std::vector<std::int64_t> labels{0, 1, 1};
  NpzWriter writer;
  writer.add("x", std::span<const float>(rows), {2, 2});
  writer.add("y", std::span<const std::int64_t>(labels), {3});
  const std::string path = folder.write("a.npz", writer.text().value());
  CHECK(has(fault_of(files("npz", path)), "the labels must be one for each of the 2 rows, got shape (3)"));
  CHECK(has(fault_of(files("npz", folder.path())), "is a folder"));
}

}  // namespace ssem::trainer
