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

}  // namespace ssem::trainer
