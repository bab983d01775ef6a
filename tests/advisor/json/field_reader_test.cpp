#include "advisor/json/field_reader.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;

// The fault at `path`; empty where there is none.
std::string fault_at(const FaultList& faults, const std::string& path) {
  for (const FieldFault& fault : faults.faults()) {
    if (fault.path == path) return fault.message;
  }
  return {};
}

}  // namespace

TEST_CASE("every kind of field reads its own type and names the value of another") {
  const Json body = Json::parse(R"({"text":"a","texts":["a","b"],"flag":false,"number":"-inf","numbers":[1,"nan"],
                                    "wrong":7,"mixed":["a",1],"names":["inf","big"]})");
  FaultList faults;
  FieldReader in(body, faults, "/part");
  CHECK(in.text("text") == "a");
  CHECK(in.texts("texts") == std::vector<std::string>{"a", "b"});
  CHECK(in.flag("flag") == false);
  CHECK(in.any_number("number") == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(in.any_numbers("numbers")->at(1)));
  CHECK(faults.empty());
  CHECK_FALSE(in.text("wrong"));
  CHECK(fault_at(faults, "/part/wrong") == "must be text, got 7");
  CHECK_FALSE(in.texts("mixed"));
  CHECK(fault_at(faults, "/part/mixed") == "must be a list of texts, got an array of 2");
  CHECK_FALSE(in.any_numbers("names"));
  CHECK(fault_at(faults, "/part/names/1") == R"(must be a number, "inf", "-inf" or "nan", got "big")");
  CHECK_FALSE(in.flag("text"));
  CHECK_FALSE(in.flag("absent"));
  CHECK(fault_at(faults, "/part/absent").empty());
}

TEST_CASE("64 bits hold what they hold, and no more") {
  const Json body = Json::parse(R"({"most":9223372036854775807,"more":9223372036854775808,"half":0.5})");
  FaultList faults;
  FieldReader in(body, faults);
  CHECK(in.integer_of_64_bits("most") == std::numeric_limits<std::int64_t>::max());
  CHECK_FALSE(in.integer_of_64_bits("more"));
  CHECK_FALSE(in.integer_of_64_bits("half"));
  CHECK(fault_at(faults, "/half") == "must be an integer, got 0.5");
}

TEST_CASE("unknown fields are said once, with the name that was meant, at the object's place") {
  const Json body = Json::parse(R"({"name":"s","zzz":1})");
  FaultList faults;
  FieldReader in(body, faults, "/0");
  constexpr std::array<std::string_view, 2> kKnown{"study_name", "directions"};
  in.reject_unknown(kKnown);
  in.reject_unknown(kKnown);
  CHECK(faults.faults().size() == 2);
  CHECK(fault_at(faults, "/0/name") == "is no known field; did you mean study_name?");
  CHECK(fault_at(faults, "/0/zzz") == "is no known field");
}

TEST_CASE("a field has one fault, and what is no object one at its place") {
  FaultList faults;
  const Json body = Json::array();
  FieldReader in(body, faults, "/trials/3");
  CHECK_FALSE(in.is_object());
  CHECK(fault_at(faults, "/trials/3") == "must be a JSON object, got an array of 0");
  in.fault("state", "must be one thing");
  in.fault("state", "must be another");
  CHECK(faults.faults().size() == 2);
  CHECK(fault_at(faults, "/trials/3/state") == "must be one thing");
}

TEST_CASE("the faults of a part stand at its place in the whole") {
  FaultList part;
  part.add("/a", "is wrong");
  part.add("", "is no object");
  FaultList whole;
  whole.add_all("/part", part.faults());
  CHECK(fault_at(whole, "/part/a") == "is wrong");
  CHECK(fault_at(whole, "/part") == "is no object");
  const Error one = field_error("/a", "is wrong");
  CHECK(one.code == ErrorCode::invalid_argument);
  CHECK(one.message == "/a is wrong");
}

}  // namespace ssem::advisor::json
