#include "advisor/json/closest_name.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "advisor/json/field_names.h"
#include "advisor/json/quote_for_message.h"

namespace ssem::advisor::json {

TEST_CASE("a misspelt name finds the one that was meant") {
  CHECK(closest_name("temprature", kEvaluationFields) == "temperature");
  CHECK(closest_name("tau", kEvaluationFields).empty());
  CHECK(closest_name("batchSize", kProblemFields) == "batch_size");
  CHECK(closest_name("batch-size", kProblemFields) == "batch_size");
  CHECK(closest_name("CLASSES", kProblemFields) == "classes");
  CHECK(closest_name("veiws", kProblemFields) == "views");
}

TEST_CASE("a word of one name alone finds that name") {
  constexpr std::array<std::string_view, 3> kNames{"study_name", "load_if_exists", "max_retry"};
  CHECK(closest_name("name", kNames) == "study_name");
  CHECK(closest_name("Study", kNames) == "study_name");
  CHECK(closest_name("if", kNames).empty());  // neither its first word nor its last
  CHECK(closest_name("ame", kNames).empty());
  CHECK(closest_name("lie", kNames) == "load_if_exists");  // its initials
  CHECK(closest_name("sn", kNames).empty());               // two letters begin too many words
  CHECK(closest_name("class", std::array<std::string_view, 2>{"fine_class", "class_counts"}).empty());  // two of them
  CHECK(unknown_field_rule("name", kNames) == "is no known field; did you mean study_name?");
  CHECK(unknown_field_rule("zzz", kNames) == "is no known field");
}

TEST_CASE("nothing close finds nothing, however long") {
  CHECK(closest_name("", kProblemFields).empty());
  CHECK(closest_name("qqqqqqqqqqqqqqq", kProblemFields).empty());
  CHECK(closest_name(std::string(100'000, 'c'), kProblemFields).empty());
}

TEST_CASE("repeated text is clipped between characters and made printable") {
  CHECK(quote_for_message("plain") == "plain");
  CHECK(quote_for_message("a\x1b[31m\n\xff") == "a?[31m??");
  CHECK(quote_for_message("\xe2\x80\xae right to left") == "? right to left");
  CHECK(quote_for_message(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(quote_for_message(std::string(61, 'x')) == std::string(57, 'x') + "...");
  std::string umlauts;
  for (int index = 0; index < 100; ++index) umlauts += "\xc3\xbc";
  CHECK(quote_for_message(umlauts).size() == 57 * 2 + 3);
}

TEST_CASE("a pointer step escapes what a JSON pointer gives meaning") {
  CHECK(pointer_step("a/b~c") == "/a~1b~0c");
  CHECK(pointer_step("") == "/");
}

}  // namespace ssem::advisor::json
