#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <csignal>
#include <cstring>
#include <limits>
#include <sstream>
#include <vector>

#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/npz_reader.h"
#include "trainer/files/atomic_file.h"
#include "trainer/files/curve_csv.h"
#include "trainer/files/npz_writer.h"
#include "trainer/files/tensorboard_events.h"

namespace ssem::trainer {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

Progress progress_at(std::int64_t step) {
  Progress progress;
  progress.time_s = 0.5;
  progress.step = step;
  progress.loss = 1.0 / 3;
  progress.within_class_variance = 0.1;
  progress.between_class_variance = 0.75;
  progress.view_alignment = -0.25;
  progress.learning_rate = 1e-300;
  progress.images_per_s = 12345.678;
  return progress;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t k = bytes.size(); k-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[k]);
  return value;
}

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

// What write_atomically says in a process that may not write files beyond `limit` bytes: a disk that becomes full.
std::string said_when_full(const std::string& path, const std::string& bytes, rlim_t limit) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit bound{limit, limit};
    ::setrlimit(RLIMIT_FSIZE, &bound);
    const auto error = write_atomically(path, bytes);
    const std::string said = error ? error->message : "written";
    const bool told = ::write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said(1000, '\0');
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], said.data(), said.size()))));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return said;
}

}  // namespace

TEST_CASE("a file is replaced as a whole, and nothing is left beside it") {
  const TemporaryFolder folder;
  const std::string path = folder.file("report.json");
  CHECK_FALSE(write_atomically(path, "old"));
  const std::string longer = std::string("new\0\xff", 5) + std::string(100'000, 'x');
  CHECK_FALSE(write_atomically(path, longer));
  CHECK(content(path) == longer);
  CHECK_FALSE(write_atomically(path, ""));
  CHECK(content(path).empty());
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a disk that becomes full leaves the old file, and no part of the new one") {
  const TemporaryFolder folder;
  const std::string path = folder.write("step_10.safetensors", "the old one");
  const std::string said = said_when_full(path, std::string(100'000, 'x'), 4096);
  CHECK(has(said, "cannot write " + path + ": File too large"));
  CHECK(content(path) == "the old one");
  CHECK(files_in(folder.path()) == 1);
  CHECK(said_when_full(path, "small enough", 4096) == "written");
  CHECK(content(path) == "small enough");
}

TEST_CASE("a place that takes no file is named with the system's reason") {
  const TemporaryFolder folder;
  const auto gone = write_atomically(folder.file("none/a"), "x");
  REQUIRE(gone);
  CHECK(gone->code == ErrorCode::unavailable);
  CHECK(has(gone->message, "none/a: No such file or directory"));
  folder.write("taken/inner", "kept");
  const auto taken = write_atomically(folder.file("taken"), "x");
  REQUIRE(taken);
  CHECK(has(taken->message, "cannot rename to " + folder.file("taken")));
  CHECK(content(folder.file("taken/inner")) == "kept");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a folder that cannot be written keeps the file that is there (skipped for root, whom no permission stops)" *
          doctest::skip(::geteuid() == 0)) {
  const TemporaryFolder folder;
  const std::string path = folder.write("locked/a", "old");
  std::filesystem::permissions(folder.file("locked"),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const auto error = write_atomically(path, "new");
  std::filesystem::permissions(folder.file("locked"), std::filesystem::perms::owner_all);
  REQUIRE(error);
  CHECK(has(error->message, "Permission denied"));
  CHECK(content(path) == "old");
}

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

TEST_CASE("a curve has a line for each event, whose numbers read back exactly, before the run ends") {
  const TemporaryFolder folder;
  CurveCsv curve(folder.file("curve.csv"));
  curve.started("cpu", 10);
  curve.progress(progress_at(1));
  Progress broken = progress_at(std::int64_t{1} << 40U);
  broken.loss = std::numeric_limits<double>::quiet_NaN();
  broken.images_per_s = std::numeric_limits<double>::infinity();
  curve.progress(broken);
  CHECK_FALSE(curve.broken());
  CHECK(content(curve.path()) ==
        "time_s,step,loss,within_class_variance,between_class_variance,view_alignment,learning_rate,images_per_s\n"
        "0.5,1,0.3333333333333333,0.1,0.75,-0.25,1e-300,12345.678\n"
        "0.5,1099511627776,nan,0.1,0.75,-0.25,1e-300,inf\n");
}

TEST_CASE("a curve that cannot be written says so") {
  const TemporaryFolder folder;
  CHECK(CurveCsv(folder.file("none/curve.csv")).broken());
  CHECK(CurveCsv("/dev/full").broken());
}

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
