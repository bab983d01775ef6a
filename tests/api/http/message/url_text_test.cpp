#include "api/http/message/url_text.h"

#include <doctest/doctest.h>

using ssem::api::http::parse_query;
using ssem::api::http::percent_decode;
using ssem::api::http::PlusSign;

TEST_CASE("escapes become bytes and other characters stay") {
  CHECK(percent_decode("a%20b%C3%A9", PlusSign::literal) == "a b\xC3\xA9");
  CHECK(percent_decode("", PlusSign::literal) == "");
}

TEST_CASE("a plus sign is a space in a query only") {
  CHECK(percent_decode("a+b%2B", PlusSign::space) == "a b+");
  CHECK(percent_decode("a+b", PlusSign::literal) == "a+b");
}

TEST_CASE("broken escapes, broken UTF-8 and NUL are refused") {
  for (const char* text : {"%", "%4", "%g0", "%0g", "%FF", "%C0%80", "%ED%A0%80", "%F5%80%80%80", "%00", "\x80"}) {
    CAPTURE(text);
    CHECK_FALSE(percent_decode(text, PlusSign::literal).has_value());
  }
}

TEST_CASE("a query keeps order, repeated names and empty values") {
  const auto fields = parse_query("b=1&a=2&b=%33&&c=&d");
  REQUIRE(fields);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"b", "1"}, {"a", "2"}, {"b", "3"}, {"c", ""}, {"d", ""}};
  CHECK(fields.value() == expected);
  CHECK(parse_query("").value().empty());
}

TEST_CASE("all faults of a query are named and hostile bytes are not repeated") {
  const auto fields = parse_query("a=%FF&=1&%FF=2&b=3");
  REQUIRE_FALSE(fields);
  REQUIRE(fields.error().fields.size() == 3);
  CHECK(fields.error().fields[0].path == "/a");
  CHECK(fields.error().fields[1].message.find("parameter 2 ") != std::string::npos);
  CHECK(fields.error().fields[2].message.find("parameter 3 ") != std::string::npos);
  for (const auto& fault : fields.error().fields) CHECK(fault.message.find('\xFF') == std::string::npos);
}
