#include "advisor/json/strict_parse.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;

// The only fault of a text that must be refused.
FieldFault fault_of(std::string_view text) {
  const auto parsed = parse_strict(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::invalid_argument);
  REQUIRE(parsed.error().fields.size() == 1);
  return parsed.error().fields.front();
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("every kind of JSON value is read as it is written") {
  const auto parsed =
      parse_strict(R"( {"a":[1,-2,2.5,1e3,true,false,null,"x\u00e9\n"],"b":{"c":18446744073709551615}} )");
  REQUIRE(parsed);
  CHECK(parsed.value().dump() == R"({"a":[1,-2,2.5,1000.0,true,false,null,"xé\n"],"b":{"c":18446744073709551615}})");
  CHECK(parsed.value()["a"][0].is_number_integer());
  CHECK(parsed.value()["a"][3].is_number_float());
}

TEST_CASE("a scalar is a whole document") {
  CHECK(parse_strict("7").value() == 7);
  CHECK(parse_strict("\"x\"").value() == "x");
}

TEST_CASE("an empty text is refused") {
  for (const char* text : {"", " ", "\r\n\t"}) CHECK(contains(fault_of(text).message, "empty"));
}

TEST_CASE("text after the value is refused") {
  CHECK(contains(fault_of("{} x").message, "more text follows"));
  CHECK(contains(fault_of("1 2").message, "more text follows"));
  CHECK(contains(fault_of("{}}").message, "more text follows"));
}

TEST_CASE("text that ends too early is refused") {
  for (const char* text : {"{", "[1,", "{\"a\":", "\"x", "tru", "{\"a\":1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_strict(text));
  }
  CHECK(contains(fault_of("{\"a\":[1,").message, "ends too early"));
}

TEST_CASE("numbers that JSON does not know are refused by name") {
  for (const char* token : {"NaN", "nan", "Infinity", "-Infinity", "inf", "-inf"}) {
    CAPTURE(token);
    const FieldFault fault = fault_of("{\"temperature\":" + std::string(token) + "}");
    CHECK(fault.path == "/temperature");
    CHECK(contains(fault.message, "finite JSON number, got " + std::string(token)));
  }
  for (const char* token : {"01", "+1", ".5", "1.", "0x10", "1e", "- 1", "--1"}) {
    CAPTURE(token);
    CHECK_FALSE(parse_strict(token));
  }
}

TEST_CASE("a number beyond every double is refused where it stands") {
  const FieldFault fault = fault_of(R"({"a":[0,{"temperature":1e400}]})");
  CHECK(fault.path == "/a/1/temperature");
  CHECK(contains(fault.message, "got 1e400"));
}

TEST_CASE("a syntax fault names line, column and what stands there") {
  const FieldFault fault = fault_of("{\"a\":1,\n \"b\":abc}");
  CHECK(fault.path == "/b");
  CHECK(contains(fault.message, "abc"));
  CHECK(contains(fault.message, "line 2"));
}

TEST_CASE("a field given twice is refused, at every level, all at once") {
  const auto parsed = parse_strict(R"({"a":1,"a":2,"b":[{"c":1,"d":2,"c":3,"c":4}],"x/~":1,"x/~":2})");
  REQUIRE_FALSE(parsed);
  std::vector<std::string> paths;
  for (const auto& fault : parsed.error().fields) paths.push_back(fault.path);
  CHECK(paths == std::vector<std::string>{"/b/0/c", "/a", "/x~1~0"});
}

TEST_CASE("a hundred thousand fields are checked for duplicates quickly") {
  std::string text = "{";
  for (int index = 0; index < 100'000; ++index) text += "\"k" + std::to_string(index) + "\":1,";
  const auto start = std::chrono::steady_clock::now();
  CHECK(parse_strict(text + "\"last\":1}"));
  CHECK(fault_of(text + "\"k7\":1}").path == "/k7");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("64 levels are read and 65 are not") {
  CHECK(parse_strict(nested(kMaxDepth)));
  CHECK(contains(fault_of(nested(kMaxDepth + 1)).message, "nested deeper than 64"));
}

TEST_CASE("deep nesting stops the parser at once") {
  const std::string arrays(400'000, '[');
  std::string objects;
  for (int level = 0; level < 100'000; ++level) objects += "{\"a\":";
  const auto start = std::chrono::steady_clock::now();
  CHECK(contains(fault_of(arrays).message, "nested deeper than 64"));
  CHECK(contains(fault_of(objects).message, "nested deeper than 64"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("broken UTF-8, zero bytes and a byte order mark are refused") {
  for (const char* bytes :
       {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82", "\x80"}) {
    CAPTURE(bytes);
    CHECK(contains(fault_of(bytes).message, "UTF-8"));
  }
  using namespace std::string_view_literals;
  CHECK(contains(fault_of("{}\0{}"sv).message, "zero bytes"));
  CHECK(contains(fault_of("\xEF\xBB\xBF{}").message, "byte order mark"));
  CHECK_FALSE(parse_strict("\"\\ud800\""));
  CHECK(parse_strict("\"\\ud83d\\ude00 \xf0\x9f\x98\x80\""));
}

TEST_CASE("what a fault repeats is short and printable") {
  const std::string message = fault_of("{\"a\":" + std::string(5000, 'x') + "}").message;
  CHECK(message.size() < 200);
  const FieldFault duplicate = fault_of("{\"\\u001b[31m\":1,\"\\u001b[31m\":2}");
  CHECK(duplicate.path == "/?[31m");
}

TEST_CASE("text fields become what they look like in JSON") {
  const auto object = object_from_text({{"classes", "10"},
                                        {"temperature", "1e-1"},
                                        {"loss_weight", "0.5"},
                                        {"flag", "true"},
                                        {"convention", "supcon"},
                                        {"class_counts", "5000, 500,50"}});
  REQUIRE(object);
  CHECK(
      dump(object.value()) ==
      R"({"classes":10,"temperature":0.1,"loss_weight":0.5,"flag":true,"convention":"supcon","class_counts":[5000,500,50]})");
}

TEST_CASE("a missing zero before the point is understood in text") {
  CHECK(dump(object_from_text({{"loss_weight", ".5"}}).value()) == R"({"loss_weight":0.5})");
  CHECK(dump(object_from_text({{"loss_weight", "-.5e1"}}).value()) == R"({"loss_weight":-5.0})");
  CHECK(dump(object_from_text({{"loss_weight", "."}}).value()) == R"({"loss_weight":"."})");
}

TEST_CASE("text that is no JSON number stays text") {
  for (const char* text :
       {"", "010", "+1", "1.", "1e", "0x1", "inf", "nan", "1e400", " 1", "1 ", "null", "--1", "1,2"}) {
    CAPTURE(text);
    const auto object = object_from_text({{"temperature", text}});
    REQUIRE(object);
    CHECK(object.value()["temperature"] == text);
  }
}

TEST_CASE("a list of counts keeps its bad items as text") {
  CHECK(dump(object_from_text({{"class_counts", "5,,x,6"}}).value()) == R"({"class_counts":[5,"","x",6]})");
  CHECK(dump(object_from_text({{"class_counts", ""}}).value()) == R"({"class_counts":[]})");
  CHECK(dump(object_from_text({{"class_counts", "7"}}).value()) == R"({"class_counts":[7]})");
}

TEST_CASE("a name given twice is a fault of that field") {
  const auto object = object_from_text({{"classes", "10"}, {"classes", "10"}, {"views", "2"}, {"views", "3"}});
  REQUIRE_FALSE(object);
  REQUIRE(object.error().fields.size() == 2);
  CHECK(object.error().fields[0].path == "/classes");
  CHECK(object.error().fields[1].path == "/views");
}

TEST_CASE("dump takes anything and number names what is not finite") {
  CHECK(dump(Json("\xff")) == "\"\xEF\xBF\xBD\"");
  CHECK(dump(number(0.1)) == "0.1");
  CHECK(dump(number(std::numeric_limits<double>::infinity())) == "\"inf\"");
  CHECK(dump(number(-std::numeric_limits<double>::infinity())) == "\"-inf\"");
  CHECK(dump(number(std::numeric_limits<double>::quiet_NaN())) == "\"nan\"");
}

}  // namespace ssem::advisor::json
