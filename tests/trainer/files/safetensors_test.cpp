#include "trainer/files/safetensors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "tests/trainer/files/file_content.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
namespace {

std::string length_of(std::uint64_t length) {
  std::string bytes;
  for (int k = 0; k < 8; ++k, length >>= 8U) bytes += static_cast<char>(length & 0xFFU);
  return bytes;
}

// A file with `header` as it stands before `data`.
std::string made(const std::string& header, const std::string& data) {
  return length_of(header.size()) + header + data;
}

std::string fault_of(const std::string& bytes) {
  const TemporaryFolder folder;
  const auto read = read_safetensors(folder.write("t.safetensors", bytes));
  return read ? "read without a fault" : read.error().message;
}

// A tensor named "a" of that type, shape and place.
std::string entry(const std::string& type, const std::string& shape, const std::string& offsets) {
  return R"("a":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

Array array(ElementType type, std::vector<std::int64_t> shape, std::size_t bytes, std::uint8_t fill) {
  return {type, std::move(shape), std::vector<std::uint8_t>(bytes, fill)};
}

Safetensors small_file() {
  Safetensors file;
  file.arrays.emplace("model.0.weight", array(ElementType::float32, {2, 1}, 8, 1));
  file.arrays.emplace("double", array(ElementType::float64, {1}, 8, 2));
  file.arrays.emplace("bytes", array(ElementType::uint8, {3}, 3, 3));
  file.arrays.emplace("count", array(ElementType::int64, {}, 8, 4));
  file.arrays.emplace("int", array(ElementType::int32, {1, 1, 1}, 4, 5));
  file.arrays.emplace("none", array(ElementType::float32, {4, 0}, 0, 0));
  file.arrays.emplace("\xc3\xa9 \"quoted\"\n", array(ElementType::uint8, {1}, 1, 6));
  file.metadata = {{"step", "20"}, {"spec", R"({"seed":1})"}};
  return file;
}

}  // namespace

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

TEST_CASE("every type, no elements, no sides and odd names come back, behind a header of a multiple of 8 bytes") {
  const TemporaryFolder folder;
  const Safetensors file = small_file();
  const std::string text = safetensors_text(file).value();
  CHECK(static_cast<unsigned char>(text[0]) % 8 == 0);
  CHECK(text[8] == '{');
  const auto read = read_safetensors(folder.write("a.safetensors", text));
  REQUIRE(read);
  CHECK(read.value().metadata == file.metadata);
  REQUIRE(read.value().arrays.size() == file.arrays.size());
  for (const auto& [name, expected] : file.arrays) {
    INFO(name);
    const Array& found = read.value().arrays.at(name);
    CHECK(found.type == expected.type);
    CHECK(found.shape == expected.shape);
    CHECK(found.bytes == expected.bytes);
  }
  CHECK(safetensors_text(read.value()).value() == text);
}

TEST_CASE("a file without tensors is a file") {
  const TemporaryFolder folder;
  const auto read = read_safetensors(folder.write("a.safetensors", safetensors_text({}).value()));
  REQUIRE(read);
  CHECK(read.value().arrays.empty());
  CHECK(read.value().metadata.empty());
}

TEST_CASE("tensors may lie in another order than the header names them") {
  const TemporaryFolder folder;
  const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},)"
                             R"("b":{"data_offsets":[0,2],"shape":[2],"dtype":"U8"}}   )";
  const auto read = read_safetensors(folder.write("a.safetensors", made(header, "xyz")));
  REQUIRE(read);
  CHECK(read.value().arrays.at("a").bytes == std::vector<std::uint8_t>{'z'});
  CHECK(read.value().arrays.at("b").bytes == std::vector<std::uint8_t>{'x', 'y'});
}

TEST_CASE("a tensor cannot take the name of the metadata") {
  Safetensors file;
  file.arrays.emplace("__metadata__", array(ElementType::uint8, {1}, 1, 0));
  const auto text = safetensors_text(file);
  REQUIRE_FALSE(text);
  CHECK(text.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a header that is too long, cut off or no JSON object is refused at its byte") {
  CHECK(has(fault_of(""), "t.safetensors: at byte 0: the length of the header needs 8 bytes"));
  CHECK(has(fault_of(length_of(2)), "at byte 8: the header needs 2 bytes, but 0 are left"));
  CHECK(has(fault_of(length_of(0)), "at byte 8: the header must begin with {"));
  CHECK(has(fault_of(made(" {}", "")), "must begin with {"));
  CHECK(has(fault_of(made("[]", "")), "must begin with {"));
  CHECK(has(fault_of(made("{}{}", "")), "at byte 8: the header is no JSON"));
  CHECK(has(fault_of(made("{\"\xff\":1}", "")), "must be UTF-8"));
  CHECK(has(fault_of(length_of(100'000'001) + "{}"), "at byte 0: a header of 100000001 bytes; at most 100000000"));
  CHECK(has(fault_of(std::string(8, '\xff') + "{}"), "at byte 0: a header of 18446744073709551615 bytes"));
}

TEST_CASE("a header nested without end, or with a name given twice, is refused") {
  const std::string deep = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(has(fault_of(made(deep, "")), "nested"));
  const std::string one = entry("U8", "[1]", "[0,1]");
  CHECK(has(fault_of(made("{" + one + "," + one + "}", "x")), "more than once"));
  CHECK(has(fault_of(made(R"({"__metadata__":{},"__metadata__":{}})", "")), "more than once"));
  CHECK(has(fault_of(made(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x")),
            "more than once"));
}

TEST_CASE("a type that is not read is refused by its own name") {
  for (const std::string type : {"F8_E4M3", "C64", "f32", ""}) {
    const std::string said = fault_of(made("{" + entry(type, "[1]", "[0,2]") + "}", "xx"));
    CHECK(has(said, "tensor a: dtype must be F16, BF16, F32, F64, BOOL, I8 to I64 or U8 to U64, got " + type));
  }
}

TEST_CASE("short and unsigned types become the next that is kept") {
  const auto read = [](const std::string& type, const std::string& bytes) {
    const TemporaryFolder folder;
    const std::string size = std::to_string(bytes.size());
    const auto file = read_safetensors(
        folder.write("a.safetensors", made("{" + entry(type, "[1]", "[0," + size + "]") + "}", bytes)));
    REQUIRE(file);
    return file.value().arrays.at("a");
  };
  CHECK(to_floats(read("F16", std::string("\x00\xc2", 2))).front() == -3);
  CHECK(to_floats(read("F16", std::string("\x01\x00", 2))).front() == std::ldexp(1.0F, -24));
  CHECK(std::isinf(to_floats(read("F16", std::string("\x00\x7c", 2))).front()));
  CHECK(to_floats(read("BF16", std::string("\x40\xc0", 2))).front() == -3);
  CHECK(to_integers(read("I8", "\xfe"), "a").value().front() == -2);
  CHECK(to_integers(read("I16", "\xfe\xff"), "a").value().front() == -2);
  CHECK(to_integers(read("U16", "\xfe\xff"), "a").value().front() == 65534);
  CHECK(to_integers(read("U32", "\xff\xff\xff\xff"), "a").value().front() == 4294967295);
  CHECK(to_integers(read("BOOL", "\x01"), "a").value().front() == 1);
  CHECK(has(fault_of(made("{" + entry("U64", "[1]", "[0,8]") + "}", std::string(8, '\xff'))), "beyond 2^63 - 1"));
}

TEST_CASE("a tensor whose shape and bytes disagree is named") {
  const auto fault = [](const std::string& type, const std::string& shape, const std::string& offsets) {
    return fault_of(made("{" + entry(type, shape, offsets) + "}", "12345678"));
  };
  CHECK(has(fault("F32", "[3]", "[0,8]"), "tensor a: shape (3) does not fit its data_offsets"));
  CHECK(has(fault("F32", "[2]", "[8,0]"), "does not fit"));
  CHECK(has(fault("F32", "[4294967296,4294967296]", "[0,8]"), "does not fit"));
  CHECK(has(fault("F64", "[2305843009213693953]", "[0,8]"), "does not fit"));  // times 8 bytes: 2^64 + 8
  CHECK(has(fault("F32", "[18446744073709551615]", "[0,8]"), "does not fit"));
  CHECK(has(fault("F32", "[-2]", "[0,8]"), "shape must hold integers"));
  CHECK(has(fault("F32", "[2.0]", "[0,8]"), "shape must hold integers"));
  CHECK(has(fault("F32", "[2]", "[0,8.0]"), "data_offsets must be integers"));
  CHECK(has(fault("F32", "[2]", "[-8,0]"), "data_offsets must be integers"));
  CHECK(has(fault("F32", "[2]", "[0,4,8]"), "must have dtype, shape and two data_offsets"));
  CHECK(has(fault("F32", "2", "[0,8]"), "must have dtype, shape and two data_offsets"));
  CHECK(has(fault_of(made(R"({"a":{"dtype":"F32","shape":[2]}})", "")), "must have dtype, shape"));
  CHECK(has(fault_of(made(R"({"a":null})", "")), "must have dtype, shape"));
  CHECK(has(fault_of(made(R"({"__metadata__":{"step":20}})", "")), "__metadata__.step must be text"));
  CHECK(has(fault_of(made(R"({"__metadata__":[]})", "")), "__metadata__ must be an object"));
}

TEST_CASE("gaps, overlaps, missing bytes and bytes behind the last tensor are refused") {
  const auto fault = [](const std::string& first, const std::string& second, const std::string& data) {
    return fault_of(made(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":)" + first +
                             R"(},"b":{"dtype":"U8","shape":[2],"data_offsets":)" + second + "}}",
                         data));
  };
  CHECK(fault("[0,2]", "[2,4]", "1234") == "read without a fault");
  CHECK(has(fault("[0,2]", "[3,5]", "12345"), "tensor b begins at 3, but the one before it ends at 2"));
  CHECK(has(fault("[0,2]", "[1,3]", "123"), "tensor b begins at 1, but the one before it ends at 2"));
  CHECK(has(fault("[0,2]", "[0,2]", "12"), "but the one before it ends at 2"));
  CHECK(has(fault("[1,3]", "[3,5]", "12345"), "tensor a begins at 1"));
  CHECK(has(fault("[0,2]", "[2,4]", "123"), "tensor b needs 2 bytes, but 1 are left"));
  CHECK(has(fault("[0,2]", "[2,4]", "12345"), "1 bytes follow where the file should end"));
  CHECK(has(fault("[0,2]", "[18446744073709551613,18446744073709551615]", "12"), "begins at 18446744073709551613"));
}

TEST_CASE("what a file calls its tensors cannot steer a terminal nor fill it") {
  const std::string escape = fault_of(made(R"({"\u001b[2J\n":1})", ""));
  CHECK(escape.find_first_of("\x1b\n") == std::string::npos);
  CHECK(fault_of(made("{\"" + std::string(1'000'000, 'a') + "\":1}", "")).size() < 1000);
  CHECK(fault_of(made("{" + entry(std::string(1'000'000, 'F'), "[1]", "[0,1]") + "}", "x")).size() < 1000);
  std::string sides = "[1";
  for (int side = 0; side < 100'000; ++side) sides += ",1";
  CHECK(fault_of(made("{" + entry("U8", sides + "]", "[0,2]") + "}", "xx")).size() < 1000);
  CHECK(fault_of(made(R"({"__metadata__":{"\u001b":1}})", "")).find('\x1b') == std::string::npos);
}

TEST_CASE("every changed byte of a file gives a file or a fault, and every truncation a fault") {
  const TemporaryFolder folder;
  const std::string whole = safetensors_text(small_file()).value();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CHECK_FALSE(read_safetensors(folder.write("cut.safetensors", whole.substr(0, at))));
    for (const int change : {0x01, 0x20, 0x80, 0xFF}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ change);
      const auto read = read_safetensors(folder.write("changed.safetensors", changed));
      if (read) {
        for (const auto& [name, tensor] : read.value().arrays) CHECK(to_doubles(tensor).size() <= whole.size());
      } else {
        CHECK(has(read.error().message, "changed.safetensors: "));
      }
    }
  }
}

}  // namespace ssem::trainer
