#include <doctest/doctest.h>
#include <zlib.h>

#include <cstring>
#include <vector>

#include "tests/trainer/files/temporary_folder.h"
#include "trainer/data/load_data.h"
#include "trainer/data/named_arrays.h"
#include "trainer/data/npz_reader.h"
#include "trainer/files/npz_writer.h"
#include "trainer/files/safetensors.h"

namespace ssem::trainer {
namespace {

std::string message(const Error& error) {
  std::string all = error.message;
  for (const FieldFault& fault : error.fields) all += ' ' + fault.path + ' ' + fault.message;
  return all;
}

std::string fault_of(const DatasetSpec& spec) {
  const auto data = load_data(spec, 1);
  return data ? "read without a fault" : message(data.error());
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

DatasetSpec files(const std::string& kind, const std::string& path) {
  DatasetSpec spec;
  spec.kind = kind;
  spec.path = path;
  return spec;
}

// Of `labels` bytes and an image whose every pixel is `shade`.
std::string cifar_record(std::string_view labels, char shade) {
  return std::string(labels) + std::string(3 * 32 * 32, shade);
}

std::string idx_head(std::initializer_list<unsigned> sizes) {
  std::string head{0, 0, 8, static_cast<char>(sizes.size())};
  for (const unsigned size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(size >> shift & 0xFFU);
  }
  return head;
}

std::string gzipped(const std::string& text) {
  std::string packed(text.size() + 100, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// Six rows of two columns in three classes.
std::string small_npz() {
  const std::vector<float> rows{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const std::vector<std::int64_t> labels{0, 0, 1, 1, 2, 2};
  NpzWriter writer;
  writer.add("x", std::span<const float>(rows), {6, 2});
  writer.add("y", std::span<const std::int64_t>(labels), {6});
  return writer.text().value();
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

TEST_CASE("IDX files are read plain and gzipped, from their names in a folder") {
  const TemporaryFolder folder;
  const std::string pixels{10, 20, 30, 40, 50, 60, 70, 80};
  folder.write("train-images-idx3-ubyte.gz", gzipped(idx_head({4, 1, 2}) + pixels));
  folder.write("train-labels-idx1-ubyte", idx_head({4}) + std::string{0, 1, 0, 1});
  folder.write("t10k-images-idx3-ubyte", idx_head({1, 1, 2}) + std::string{5, 6});
  folder.write("t10k-labels-idx1-ubyte", idx_head({1}) + std::string{1});
  // Labels lie where the images' own name says: the gzipped images' labels are gzipped too.
  CHECK(has(fault_of(files("idx", folder.path())), "train-labels-idx1-ubyte.gz: cannot be opened"));
  folder.write("train-labels-idx1-ubyte.gz", gzipped(idx_head({4}) + std::string{0, 1, 0, 1}));
  const auto data = load_data(files("idx", folder.path()), 1);
  REQUIRE(data);
  CHECK(data.value().train.shape == std::vector<std::int64_t>{1, 1, 2});
  CHECK(data.value().train.pixels == std::vector<std::uint8_t>(pixels.begin(), pixels.end()));
  CHECK(data.value().test.labels == std::vector<std::int64_t>{1});
}

TEST_CASE("IDX files with sizes that are not theirs are refused, however large the sizes") {
  const TemporaryFolder folder;
  const auto images = [&](const std::string& bytes) { return folder.write("a-images-idx3-ubyte", bytes); };
  folder.write("a-labels-idx1-ubyte", idx_head({2}) + std::string{0, 1});
  CHECK(has(fault_of(files("idx", images(idx_head({2, 1, 2}) + "abc"))), "are left"));
  CHECK(has(fault_of(files("idx", images(idx_head({2, 1, 2}) + "abcde"))), "1 bytes follow"));
  CHECK(
      has(fault_of(files("idx", images(idx_head({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}) + "abcd"))), "more bytes than"));
  CHECK(has(fault_of(files("idx", images(idx_head({3, 1, 1}) + "abc"))), "one label for each of the 3 images"));
  CHECK(has(fault_of(files("idx", images("abcd"))), "no idx file"));
  CHECK(has(fault_of(files("idx", images(""))), "magic number"));
}

TEST_CASE("CSV files: quotes, words as labels, and faults with their line") {
  const TemporaryFolder folder;
  const std::string text =
      "a,\"the \"\"b\"\"\",label\r\n1,2,cat\r\n3,-4e-1,\"dog, small\"\r\n5,6,cat\r\n\r\n7,8,\"dog, small\"\r\n";
  const auto data = load_data(files("csv", folder.write("t.csv", text)), 1);
  REQUIRE(data);
  CHECK(data.value().train.class_names == std::vector<std::string>{"cat", "dog, small"});
  CHECK(data.value().train.size() == 2);
  CHECK(data.value().test.size() == 2);  // one of each class
  const auto fault = [&](const std::string& csv) { return fault_of(files("csv", folder.write("f.csv", csv))); };
  CHECK(has(fault("a,label\n1,0\nx,1\n"), "f.csv: line 3: column a must be a finite number, got \"x\""));
  CHECK(has(fault("a,label\n1,0\ninf,1\n"), "line 3: column a must be a finite number"));
  CHECK(has(fault("a,label\n1\n"), "line 2: has 1 fields, the header names 2"));
  CHECK(has(fault("a,label\n\"1,0\n"), "line 2: a quoted field does not end"));
  CHECK(has(fault("a,a,label\n1,2,0\n"), "same name"));
  CHECK(has(fault("a,b\n1,0\n"), "no column label"));
  CHECK(has(fault("a,label\n"), "no rows"));
  CHECK(has(fault("a,label\n1,0\n2,2\n"), "1 of 0 to 2 has no examples"));
  CHECK(has(fault("a,label\n1,0\n2,0\n"), "two classes or more"));
  CHECK(has(fault("a,label\n1,0\n2,1\n"), "/dataset/test_share"));
}

TEST_CASE("npz files come back as they were written, and every truncation or flipped byte is a fault or an array") {
  const TemporaryFolder folder;
  const std::string whole = small_npz();
  const auto arrays = read_npz(folder.write("a.npz", whole));
  REQUIRE(arrays);
  CHECK(to_floats(arrays.value().at("x")) == std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  CHECK(arrays.value().at("x").shape == std::vector<std::int64_t>{6, 2});
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CHECK_FALSE(read_npz(folder.write("cut.npz", whole.substr(0, at))));
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    if (!read_npz(folder.write("flipped.npz", flipped))) ++refused;
  }
  CHECK(refused > static_cast<int>(whole.size()) / 2);  // every byte of data is under a checksum
}

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

TEST_CASE("safetensors come back as they were written, and no truncation or flipped byte crashes the reader") {
  const TemporaryFolder folder;
  Safetensors file;
  Array array;
  array.type = ElementType::float64;
  array.shape = {2};
  const std::vector<double> values{0.5, -3};
  array.bytes.resize(16);
  std::memcpy(array.bytes.data(), values.data(), 16);
  file.arrays.emplace("a.weight", array);
  array.type = ElementType::uint8;
  array.shape = {16};
  file.arrays.emplace("b", array);
  file.metadata = {{"step", "3"}, {"quote", "\"\n"}};
  const std::string whole = safetensors_text(file).value();
  const auto back = read_safetensors(folder.write("a.safetensors", whole));
  REQUIRE(back);
  CHECK(back.value().metadata == file.metadata);
  CHECK(to_doubles(back.value().arrays.at("a.weight")) == values);
  CHECK(back.value().arrays.at("b").shape == std::vector<std::int64_t>{16});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CHECK_FALSE(read_safetensors(folder.write("cut.safetensors", whole.substr(0, at))));
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x11);
    (void)read_safetensors(folder.write("flipped.safetensors", flipped));
  }
  CHECK_FALSE(read_safetensors(folder.write("long.safetensors", whole + "x")));
}

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
