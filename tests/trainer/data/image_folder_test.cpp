#include "trainer/data/image_folder.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {

TEST_CASE("image folders are read by class, and an image that is none is named") {
  const TemporaryFolder folder;
  CHECK(has(fault_of(files("image_folder", folder.path())), "a folder of images for each class"));
  folder.write("cats/a.png", "not an image");
  CHECK(has(fault_of(files("image_folder", folder.path())), "a.png: is no jpeg or png"));
  std::filesystem::create_directories(folder.file("dogs"));
  std::filesystem::remove(folder.file("cats/a.png"));
  CHECK(has(fault_of(files("image_folder", folder.path())), "cats: holds no .jpg, .jpeg or .png"));
}

TEST_CASE("a jpeg that announces more codes than a table holds is refused before it is decoded") {
  const TemporaryFolder folder;
  const std::string counts = std::string(14, '\0') + "\x5b\xff" + std::string(1, '\xff');  // with the two before: 16
  const std::string table = std::string("\x00\x00", 2) + counts;
  for (const std::string start : {"\xff\xd8", "\xff\xff\xd8"}) {
    for (const std::string before : {"", "\xff\xe0\x00\x04\xff\xc4", "rubbish"}) {
      const std::string bytes = start + before + "\xff\xc4\xff" + table + std::string(40, '\0');
      CHECK(has(fault_of(read_image(folder.write("a.jpg", bytes))), "more than 256 codes"));
    }
  }
}

}  // namespace ssem::trainer
