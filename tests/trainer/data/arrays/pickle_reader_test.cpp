#include "trainer/data/arrays/pickle_reader.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "tests/trainer/data/arrays/made_zip.h"
#include "trainer/data/arrays/python_arrays.h"

namespace ssem::trainer {
namespace {

using namespace std::string_literals;

const std::string kPath = "a.pkl";

Result<PickleTree> tree_of(const std::string& text) {
  ByteReader reader(kPath, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return read_pickle(reader);
}

std::string fault_of_pickle(const std::string& text) {
  const auto tree = tree_of(text);
  return tree ? "read" : tree.error().message;
}

std::string word(const std::string& text) { return "\x8c" + little(text.size(), 1) + text; }

bool mentions(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

// pickle.dumps({"a": [1, -2, 70000, 2**40, True, None, 1.5], "b": ("x", b"y")}, protocol=4), without its memo.
const std::string kValues = "\x80\x04}(" + word("a") + "](K\x01J\xfe\xff\xff\xffJ\x70\x11\x01\x00"s +
                            "\x8a\x06\x00\x00\x00\x00\x00\x01\x88NG\x3f\xf8\x00\x00\x00\x00\x00\x00"s + "e" +
                            word("b") + word("x") + "C\x01y\x86u.";

}  // namespace

TEST_CASE("values of a pickle are those that Python wrote") {
  const auto tree = tree_of(kValues);
  REQUIRE(tree);
  const PickleTree& read = tree.value();
  REQUIRE(read.root().items.size() == 4);
  const PickleValue& list = read.item(read.root(), 1);
  REQUIRE(list.items.size() == 7);
  CHECK(read.item(list, 0).integer == 1);
  CHECK(read.item(list, 1).integer == -2);
  CHECK(read.item(list, 2).integer == 70000);
  CHECK(read.item(list, 3).integer == std::int64_t{1} << 40);
  CHECK(read.item(list, 4).kind == PickleValue::Kind::boolean);
  CHECK(read.item(list, 5).kind == PickleValue::Kind::none);
  CHECK(read.item(list, 6).floating == 1.5);
  CHECK(read.item(read.item(read.root(), 3), 1).text == "y");
  for (std::size_t at = 0; at < kValues.size(); ++at) CHECK_FALSE(tree_of(kValues.substr(0, at)));
}

TEST_CASE("a pickle that would run code is refused by the name of it, and nothing runs") {
  CHECK(mentions(fault_of_pickle("\x80\x02"s + "cposix\nsystem\n" + word("touch pwned") + "\x85R."),
                 "holds posix.system, which only running its code would read"));
  CHECK(mentions(fault_of_pickle("\x80\x04" + word("builtins") + word("eval") + "\x93."), "builtins.eval"));
  CHECK(mentions(fault_of_pickle("\x80\x02i__main__\nThing\n."), "opcode 105"));
}

TEST_CASE("hostile pickles cost no more than their bytes") {
  CHECK(
      tree_of("\x80\x02]q\x00h\x00"
              "a."s));  // a list that holds itself
  const std::string deep = "\x80\x02)" + std::string(200'000, '\x85') + '.';
  CHECK(tree_of(deep));
  const std::string doubled = "\x80\x02]" + [] {
    std::string text;
    for (int k = 0; k < 1000; ++k) text += "q\x00(h\x00h\x00t"s;  // as deep a tree as 2^1000 leaves
    return text;
  }() + ".";
  CHECK(tree_of(doubled));
  std::string encoded =
      "\x80\x02"
      "c_codecs\nencode\nq\x00"
      "0X\x10\x27\x00\x00"s +
      std::string(10'000, 'x') +
      "\x85q\x01"
      "0("s;
  for (int k = 0; k < 1000; ++k) encoded += "h\x00h\x01R"s;
  CHECK(mentions(fault_of_pickle(encoded + "t."), "again and again"));
  for (const char* text : {"\x80\x02.", "\x80\x02t.", "\x80\x02(.", "\x80\x02R.", "\x80\x02h\x07.", "\x80\x02\x61.",
                           "\x80\x02)b.", "\x80\x02}(Nu.", "\x80\x02NQ", "\x80\x02(0."}) {
    CHECK_FALSE(tree_of(text));
  }
  CHECK_FALSE(tree_of("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff."));
  CHECK_FALSE(tree_of("\x80\x04\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff."));
}

TEST_CASE("lists of words or numbers are arrays, and what breaks them is named by its place") {
  const auto array_in = [](const std::string& text) {
    const auto tree = tree_of(text);
    REQUIRE(tree);
    const PickleValue& list = tree.value().root();
    return array_of_values(tree.value(), list.items, {static_cast<std::int64_t>(list.items.size())});
  };
  CHECK(array_in("\x80\x04](" + word("cat") + word("dog") + "e.").value().words ==
        std::vector<std::string>{"cat", "dog"});
  CHECK(to_integers(array_in("\x80\x02](K\x03\x88"
                             "e."s)
                        .value(),
                    "a")
            .value() == std::vector<std::int64_t>{3, 1});
  CHECK(to_doubles(array_in("\x80\x02](K\x03G\x3f\xf8\x00\x00\x00\x00\x00\x00"
                            "e."s)
                       .value()) == std::vector<double>{3, 1.5});
  CHECK(array_in("\x80\x04](" + word("cat") + "Ne.").error().message == "element 1 is None, the first is str");
  CHECK(array_in("\x80\x04](" + word("\xff") + "e.").error().message == "element 0 is no Unicode text");
  CHECK_FALSE(
      array_in("\x80\x02]q\x00h\x00"
               "a."s));
}

}  // namespace ssem::trainer
