#include "trainer/run/output_directory.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ssem::trainer {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "ssem_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path path;
};

void check_refused(const std::string& path, const std::string& reason) {
  const auto made = prepare_output_directory(path);
  REQUIRE(!made);
  CHECK(made.error().code == ErrorCode::invalid_argument);
  REQUIRE(made.error().fields.size() == 1);
  CHECK(made.error().fields[0].path == "/output_directory");
  CHECK_MESSAGE(made.error().fields[0].message.find(reason) != std::string::npos, made.error().message);
}

}  // namespace

TEST_CASE("a folder is made with its parents and left empty") {
  const Folder folder;
  const auto wanted = folder.path / "a" / "b";
  REQUIRE(prepare_output_directory(wanted.string()));
  CHECK(std::filesystem::is_directory(wanted));
  CHECK(std::filesystem::is_empty(wanted));
  CHECK(prepare_output_directory(wanted.string()));
}

TEST_CASE("a folder that cannot be written to is refused with the reason") {
  const Folder folder;
  const auto file = folder.path / "file";
  std::ofstream(file) << "x";
  check_refused(file.string(), "it is no folder");
  check_refused((file / "below").string(), "Not a directory");
  check_refused("/proc/nowhere", "");
}

}  // namespace ssem::trainer
