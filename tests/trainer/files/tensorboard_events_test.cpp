#include "trainer/files/tensorboard_events.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/trainer/files/file_content.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
namespace {

// Takes records apart and checks both sums of each.
std::vector<std::string> records(std::string_view file) {
  std::vector<std::string> found;
  while (!file.empty()) {
    REQUIRE(file.size() >= 16);
    const std::uint64_t length = little_endian(file.substr(0, 8));
    CHECK(little_endian(file.substr(8, 4)) == masked_crc32c(file.substr(0, 8)));
    REQUIRE(file.size() >= 16 + length);
    found.emplace_back(file.substr(12, length));
    CHECK(little_endian(file.substr(12 + length, 4)) == masked_crc32c(found.back()));
    file.remove_prefix(16 + length);
  }
  return found;
}

// The number behind a tag: Value is tag and simple_value, one after the other.
float scalar(const std::string& event, const std::string& tag) {
  const std::string before = '\x0a' + std::string(1, static_cast<char>(tag.size())) + tag + '\x15';
  const std::size_t at = event.find(before);
  REQUIRE(at != std::string::npos);
  return std::bit_cast<float>(static_cast<std::uint32_t>(little_endian(event.substr(at + before.size(), 4))));
}

}  // namespace

TEST_CASE("CRC-32C has the values of RFC 3720, and TFRecord's mask turns them") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xE3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43);
  CHECK(masked_crc32c("") == 0xA282EAD8);
  CHECK(masked_crc32c("123456789") == 0xC78AB0E5);  // by hand: 0xE3069283 turned right by 15, plus 0xA282EAD8
}

TEST_CASE("TensorBoard events: the version first, then each step's scalars, as they come") {
  const TemporaryFolder folder;
  TensorboardEvents board(folder.file("made/here"));
  board.started("cpu", std::nullopt);
  board.progress(progress_at(1));
  board.progress(progress_at(300));
  CHECK_FALSE(board.broken());
  CHECK(has(board.path(), "made/here/events.out.tfevents."));
  const auto found = records(content(board.path()));
  REQUIRE(found.size() == 3);
  CHECK(has(found[0],
            "\x1a\x0d"
            "brain.Event:2"));
  CHECK(found[1].substr(9, 2) == "\x10\x01");
  CHECK(found[2].substr(9, 3) == "\x10\xac\x02");  // 300 as a varint
  for (const std::string& event : {found[1], found[2]}) {
    CHECK(std::bit_cast<double>(little_endian(event.substr(1, 8))) > 1.7e9);  // seconds since 1970
    CHECK(scalar(event, "loss") == 1.0F / 3);
    CHECK(scalar(event, "within_class_variance") == 0.1F);
    CHECK(scalar(event, "between_class_variance") == 0.75F);
    CHECK(scalar(event, "view_alignment") == -0.25F);
    CHECK(scalar(event, "learning_rate") == 0);  // below what a float holds
    CHECK(scalar(event, "images_per_s") == 12345.678F);
  }
}

TEST_CASE("TensorBoard events that cannot be written say so") {
  const TemporaryFolder folder;
  CHECK(TensorboardEvents(folder.write("file", "") + "/below").broken());
  const std::string name = std::filesystem::path(TensorboardEvents(folder.file("a")).path()).filename();
  std::filesystem::create_directory(folder.file("b"));
  std::filesystem::create_symlink("/dev/full", folder.file("b/" + name));
  CHECK(TensorboardEvents(folder.file("b")).broken());
}

}  // namespace ssem::trainer
