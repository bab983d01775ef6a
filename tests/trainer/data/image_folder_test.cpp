#include "trainer/data/image_folder.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/image_decode.h"

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
  // Its length, its number, and how many codes there are of each of 16 lengths: 346 in all.
  const std::string table = std::string("\xff\xc4\xff\x00\x00", 5) + std::string(14, '\0') + "\x5b\xff";
  for (const std::string start : {"\xff\xd8", "\xff\xff\xd8"}) {
    for (const std::string& before : {std::string(), std::string("\xff\xe0\x00\x04\xff\xc4", 6), std::string("junk")}) {
      const std::string bytes = start + before + table + std::string(40, '\0');
      const auto image = read_image(folder.write("a.jpg", bytes));
      REQUIRE_FALSE(image);
      CHECK(has(image.error().message, "more than 256 codes"));
    }
  }
}

}  // namespace ssem::trainer
