#include "trainer/data/arrays/torch_file.h"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "tests/trainer/data/arrays/made_zip.h"
#include "tests/trainer/data/data_files.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
namespace {

using namespace std::string_literals;

std::string long_word(const std::string& text) { return "X" + little(text.size(), 4) + text; }
std::string whole(std::int64_t number) { return "\x8a\x08" + little(static_cast<std::uint64_t>(number), 8); }
std::string tuple(const std::vector<std::int64_t>& numbers) {
  std::string text = "(";
  for (const std::int64_t number : numbers) text += whole(number);
  return text + "t";
}

// As torch.save writes a tensor of storage 0.
std::string tensor(std::int64_t offset, const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& strides, const std::string& storage = "FloatStorage") {
  return "ctorch._utils\n_rebuild_tensor_v2\n((" + long_word("storage") + "ctorch\n" + storage + "\n" + long_word("0") +
         long_word("cpu") + "K\x06tQ" + whole(offset) + tuple(shape) + tuple(strides) +
         "\x89"
         "ccollections\nOrderedDict\n)RtR";
}

std::string floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

std::string saved(const std::string& value, const std::string& storage = floats({1, 2, 3, 4, 5, 6})) {
  return made_zip({{"a/data.pkl", "\x80\x02" + value + '.'}, {"a/byteorder", "little"}, {"a/data/0", storage}}, true);
}

struct Read {
  const TemporaryFolder folder;
  Result<NamedArrays> operator()(const std::string& bytes) const { return read_torch(folder.write("a.pt", bytes)); }
  std::string fault(const std::string& bytes) const {
    const auto arrays = (*this)(bytes);
    return arrays ? "read" : arrays.error().message;
  }
};

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("a tensor is read with its offset and strides") {
  const Read read;
  const auto values = [&](const std::string& value) { return to_floats(read(saved(value)).value().at("tensor")); };
  CHECK(values(tensor(0, {2, 3}, {3, 1})) == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(values(tensor(0, {3, 2}, {1, 3})) == std::vector<float>{1, 4, 2, 5, 3, 6});
  CHECK(values(tensor(1, {2, 2}, {3, 1})) == std::vector<float>{2, 3, 5, 6});
  CHECK(values(tensor(5, {1, 1}, {kMost, kMost})) == std::vector<float>{6});
  CHECK(values(tensor(0, {0, 5}, {5, 1})).empty());
}

TEST_CASE("dicts, dicts inside, tuples and lists of tensors keep their names, other things their type") {
  const Read read;
  const std::string t = tensor(0, {6}, {1});
  const auto dict = read(saved("}(" + long_word("z") + t + long_word("epoch") + "K\x03" + long_word("names") + "](" +
                               long_word("a") + "e" + long_word("in") + "}" + long_word("w") + t + "su"));
  REQUIRE(dict);
  CHECK(dict.value().at("z").shape == std::vector<std::int64_t>{6});
  CHECK(dict.value().at("epoch").words.front() == "int");
  CHECK(dict.value().at("names").words == std::vector<std::string>{"a"});
  CHECK(dict.value().at("in.w").shape == std::vector<std::int64_t>{6});
  const auto pair = read(saved(t + t + "\x86"));
  REQUIRE(pair);
  CHECK(pair.value().contains("arr_0"));
  CHECK(pair.value().contains("arr_1"));
}

TEST_CASE("a tensor that leaves its storage is refused, however its sizes overflow") {
  const Read read;
  for (const auto& value :
       {tensor(1, {2, 3}, {3, 1}), tensor(0, {7}, {1}), tensor(6, {1}, {1}), tensor(kMost, {1}, {1}),
        tensor(0, {2}, {kMost}), tensor(0, {kMost, kMost}, {1, 1}), tensor(0, {kMost}, {0}),
        tensor(0, {2, 2}, {kMost, kMost}), tensor(0, {1000, 1000}, {0, 0})}) {
    CHECK(has(read.fault(saved(value)), "leaves its storage or repeats it"));
  }
  for (const auto& value :
       {tensor(-1, {1}, {1}), tensor(0, {-1}, {1}), tensor(0, {2}, {std::numeric_limits<std::int64_t>::min()})}) {
    CHECK(has(read.fault(saved(value)), "is no tensor that torch.save writes"));
  }
  CHECK(has(read.fault(saved(tensor(0, {2}, {1}, "ComplexFloatStorage"))), "torch.ComplexFloatStorage"));
}

TEST_CASE("many names for the same bytes are refused before they fill the memory") {
  const Read read;
  std::string value = tensor(0, {100'000}, {1}) +
                      "q\x01"
                      "0("s;
  for (int k = 0; k < 1000; ++k) value += "h\x01";
  CHECK(has(read.fault(saved(value + "t", floats(std::vector<float>(100'000)))), "times the file"));
  std::string listed = "]("s;
  for (int k = 0; k < 50'000; ++k) listed += "K\x01";
  listed +=
      "eq\x01"
      "0("s;
  for (int k = 0; k < 50'000; ++k) listed += "h\x01";
  CHECK(has(read.fault(saved(listed + "t")), "times the file"));
}

TEST_CASE("other files of PyTorch are refused with what would do") {
  const Read read;
  CHECK(has(read.fault("\x80\x02\x8a\x0a"s), "before PyTorch 1.6"));
  CHECK(has(read.fault("x"), "no zip archive"));
  CHECK(has(read.fault(made_zip({{"a/x", "y"}})), "holds no data.pkl"));
  CHECK(has(read.fault(made_zip({{"m/constants.pkl", ""}, {"m/data.pkl", ""}})), "TorchScript"));
  CHECK(has(read.fault(saved("cargparse\nNamespace\n)R")), "argparse.Namespace"));
  CHECK(has(read.fault(saved("K\x01")), "holds int; a tensor, a dict"));
  const std::string good = saved(tensor(0, {2, 3}, {3, 1}));
  for (std::size_t at = 0; at < good.size(); ++at) CHECK(read.fault(good.substr(0, at)) != "read");
}

}  // namespace ssem::trainer
