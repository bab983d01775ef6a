#include "api/files/atomic_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/trainer/files/temporary_folder.h"

using namespace ssem;
using api::files::write_atomically;
using trainer::TemporaryFolder;

TEST_CASE("a file that cannot be written whole is left as it was") {
  const TemporaryFolder folder;
  const auto path = folder.file("x");
  CHECK_FALSE(write_atomically(path, "old"));
  std::filesystem::create_directory(folder.file("x.part"));
  CHECK(write_atomically(path, "new"));
  std::string text;
  std::ifstream(path) >> text;
  CHECK(text == "old");
}
