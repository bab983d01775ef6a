#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <variant>

#include "api/studies/distribution.h"
#include "api/studies/python_json.h"

using namespace ssem;
using namespace ssem::api::studies;

TEST_CASE("values between what a user writes and what is kept") {
  const Distribution real = FloatDistribution{0, 1, 0.25, false};
  const Distribution integer = IntDistribution{-3, 9, 3, false};
  const auto choices = parse_distribution(R"({"type":"categorical","choices":["a",null,3,0.5,true,NaN]})").value();
  CHECK(to_text(external_value(real, 0.5)) == "0.5");
  CHECK(to_text(external_value(real, 1.0)) == "1.0");
  CHECK(to_text(external_value(integer, -3.0)) == "-3");
  CHECK(to_text(external_value(choices, 1)) == "null");
  CHECK(to_text(external_value(choices, 99)) == "NaN");
  for (std::size_t k = 0; k < 6; ++k) {
    const auto value = external_value(choices, static_cast<double>(k));
    CHECK(internal_value(choices, value).value() == static_cast<double>(k));
  }
  CHECK_FALSE(internal_value(choices, parse_python_json("\"b\"").value()));
  CHECK_FALSE(internal_value(integer, parse_python_json("1.5").value()));
  CHECK_FALSE(internal_value(real, parse_python_json("\"1\"").value()));
  for (const Distribution& each : {real, integer, choices}) {
    CHECK(to_text(parse_distribution(to_text(each)).value()) == to_text(each));
  }
  CHECK(is_single(FloatDistribution{2, 2, {}, false}));
  CHECK(is_single(IntDistribution{1, 2, 5, false}));
  CHECK_FALSE(is_single(IntDistribution{1, 2, 1, true}));
}

TEST_CASE("integers of 64 bits keep their ends to the last digit") {
  const std::string widest = R"({"type":"int","low":-9223372036854775808,"high":9223372036854775807})";
  const Distribution all = parse_distribution(widest).value();
  const auto& range = std::get<IntDistribution>(all);
  CHECK(range.low == std::numeric_limits<std::int64_t>::min());
  CHECK(range.high == std::numeric_limits<std::int64_t>::max());
  CHECK(to_text(parse_distribution(to_text(all)).value()) == to_text(all));
  CHECK_FALSE(is_single(all));
  // The nearest double lies beyond; what it stands for does not.
  CHECK(to_text(external_value(all, 0x1p63)) == "9223372036854775807");
  CHECK(to_text(external_value(all, -0x1p63)) == "-9223372036854775808");
  CHECK(internal_value(all, parse_python_json("9223372036854775807").value()).value() == 0x1p63);
  CHECK(internal_value(all, parse_python_json("-9223372036854775808").value()).value() == -0x1p63);
  for (const char* beyond : {"9223372036854775808", "-9223372036854775809", "-9223372036854775808.0", "1e19", "0.5"}) {
    CHECK_FALSE(internal_value(all, parse_python_json(beyond).value()));
  }
  const auto choices = parse_distribution(R"({"type":"categorical","choices":[-9223372036854775808,-0]})").value();
  CHECK_FALSE(internal_value(choices, parse_python_json("-9223372036854775809").value()));
  CHECK(internal_value(choices, parse_python_json("-9223372036854775808").value()).value() == 0.0);
  CHECK(internal_value(choices, parse_python_json("0").value()).value() == 1.0);
  for (const char* beyond : {"9223372036854775808", "-9223372036854775809", "1e19", "0.5"}) {
    CHECK_FALSE(parse_distribution(R"({"type":"int","low":0,"high":)" + std::string(beyond) + "}"));
  }
}
