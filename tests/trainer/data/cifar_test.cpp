#include "trainer/data/cifar.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/load_data.h"

namespace ssem::trainer {
namespace {

// Of `labels` bytes and an image whose every pixel is `shade`.
std::string cifar_record(std::string_view labels, char shade) {
  return std::string(labels) + std::string(3 * 32 * 32, shade);
}

}  // namespace

TEST_CASE("CIFAR-10 files give their labels and pixels, and a folder its test part") {
  const TemporaryFolder folder;
  for (int batch = 1; batch <= 5; ++batch) {
    folder.write("data_batch_" + std::to_string(batch) + ".bin",
                 cifar_record(std::string(1, '\0'), static_cast<char>(batch)) + cifar_record("\x01", 'x'));
  }
  folder.write("test_batch.bin", cifar_record("\x01", '\x7f'));
  const auto data = load_data(files("cifar10", folder.path()), 1);
  REQUIRE(data);
  CHECK(data.value().train.labels == std::vector<std::int64_t>{0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
  CHECK(data.value().train.shape == std::vector<std::int64_t>{3, 32, 32});
  CHECK(data.value().train.pixels[0] == 1);
  CHECK(data.value().train.pixels[3072] == 'x');
  CHECK(data.value().test.labels == std::vector<std::int64_t>{1});
  CHECK(data.value().test.pixels == std::vector<std::uint8_t>(3072, 0x7f));
}

TEST_CASE("CIFAR-100's coarse bytes are classes and its fine bytes fine labels, unless fine labels are grouped anew") {
  const TemporaryFolder folder;
  std::string records;
  for (const char* labels : {"\x01\x05", "\x01\x06", "\x02\x07"}) records += cifar_record(labels, 'a');
  for (int repeat = 0; repeat < 2; ++repeat) records += cifar_record(std::string("\0\x04", 2), 'b');
  DatasetSpec spec = files("cifar100", folder.write("train.bin", records + records));
  const auto data = load_data(spec, 1);
  REQUIRE(data);
  for (std::size_t k = 0; k < data.value().train.labels.size(); ++k) {
    CHECK(data.value().train.labels[k] == (data.value().train.fine_labels[k] == 4   ? 0
                                           : data.value().train.fine_labels[k] == 7 ? 2
                                                                                    : 1));
  }
  spec.coarse_of_fine = {0, 0, 0, 0, 1, 0, 0, 0};
  const auto grouped = load_data(spec, 1);
  REQUIRE(grouped);
  for (std::size_t k = 0; k < grouped.value().train.labels.size(); ++k) {
    CHECK(grouped.value().train.labels[k] == (grouped.value().train.fine_labels[k] == 4 ? 1 : 0));
  }
}

TEST_CASE("a CIFAR file that is cut off, or has a label beyond its classes, names file and byte") {
  const TemporaryFolder folder;
  const std::string cut = folder.write("cut.bin", cifar_record("\x01", 'x') + "more");
  CHECK(has(fault_of(files("cifar10", cut)), "cut.bin: at byte 3073"));
  const std::string wrong = folder.write("wrong.bin", cifar_record("\x01", 'x') + cifar_record("\x0a", 'x'));
  CHECK(has(fault_of(files("cifar10", wrong)), "wrong.bin: at byte 3073: a label must be below 10, got 10"));
  CHECK(has(fault_of(files("cifar10", folder.file("none.bin"))), "none.bin: cannot be opened"));
}

}  // namespace ssem::trainer
