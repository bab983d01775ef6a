#include "advisor/json/printable_text.h"

#include <doctest/doctest.h>

using ssem::advisor::json::printable_lines;

TEST_CASE("what a terminal would obey becomes a question mark, and the rest stays") {
  CHECK(printable_lines("plain \xC3\xA9 \xE2\x86\x92\nnext") == "plain \xC3\xA9 \xE2\x86\x92\nnext");
  CHECK(printable_lines("\x1b[2J") == "?[2J");
  CHECK(printable_lines("a\rb\tc\x7f") == "a?b?c?");
  CHECK(printable_lines("\xC2\x9B\x32J") == "?2J");  // CSI in one character
  CHECK(printable_lines("\xE2\x80\xAE"
                        "abc") == "?abc");  // right to left from here
  CHECK(printable_lines("\xFF\xC3") == "??");
}
