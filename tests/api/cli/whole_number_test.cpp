#include "api/cli/text/whole_number.h"

#include <doctest/doctest.h>

namespace ssem::api::cli {

TEST_CASE("whole numbers may have an exponent or a point, and other texts stay as they are") {
  CHECK(plain_whole_number("1e3") == "1000");
  CHECK(plain_whole_number("5.12E2") == "512");
  CHECK(plain_whole_number("-10.0") == "-10");
  CHECK(plain_whole_numbers("5e3,500,1.5") == "5000,500,1.5");
  CHECK(plain_whole_numbers("1e1,") == "10,");
  for (const char* text :
       {"10", "1.5", "ten", "1e", "1e3x", "1e-1", "1e400", "1e18", "nan", "", "0x1e3", "1.e", "two."}) {
    CHECK(plain_whole_number(text) == text);
  }
}

TEST_CASE("a number outside of its range is a fault with the value as it was given") {
  CHECK(whole_number_fault("8e3", 0, 65'535).empty());
  CHECK(whole_number_fault("0", 0, 65'535).empty());
  CHECK(whole_number_fault("-1", 0, 9) == "must be an integer from 0 to 9, got \"-1\"");
  CHECK(whole_number_fault("1e1", 0, 9) == "must be an integer from 0 to 9, got \"1e1\"");
  CHECK(whole_number_fault("9x", 0, 9) == "must be an integer from 0 to 9, got \"9x\"");
  CHECK(whole_number_fault("", 0, 9) == "must be an integer from 0 to 9, got \"\"");
  CHECK(whole_number_fault("99999999999999999999", 0, 9) ==
        "must be an integer from 0 to 9, got \"99999999999999999999\"");
}

}  // namespace ssem::api::cli
