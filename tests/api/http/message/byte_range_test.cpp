#include "api/http/message/byte_range.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace ssem::api::http;
using Kind = ByteRange::Kind;

namespace {

constexpr std::uint64_t kLongest = std::numeric_limits<std::uint64_t>::max();

bool is(const ByteRange& range, Kind kind, std::uint64_t first, std::uint64_t count) {
  return range.kind == kind && range.first == first && range.count == count;
}

}  // namespace

TEST_CASE("a range is cut at the file's end, and may count from it") {
  CHECK(is(read_byte_range("bytes=2-5", 10), Kind::part, 2, 4));
  CHECK(is(read_byte_range("BYTES=2-50", 10), Kind::part, 2, 8));
  CHECK(is(read_byte_range("bytes=9-", 10), Kind::part, 9, 1));
  CHECK(is(read_byte_range("bytes=-4", 10), Kind::part, 6, 4));
  CHECK(is(read_byte_range("bytes=-40", 10), Kind::part, 0, 10));
}

TEST_CASE("a range behind the end, or of nothing, cannot be satisfied") {
  for (const char* header : {"bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"}) {
    CAPTURE(header);
    CHECK(read_byte_range(header, 10).kind == Kind::unsatisfiable);
  }
  CHECK(read_byte_range("bytes=0-", 0).kind == Kind::unsatisfiable);
  CHECK(read_byte_range("bytes=-1", 0).kind == Kind::unsatisfiable);
}

TEST_CASE("what is no single range of bytes asks for the whole") {
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-", "bytes=1-2,4-5", "items=1-2",
                             "bytes=1-2 ", "bytes= 1-2", "bytes=+1-2", "bytes=1--2"}) {
    CAPTURE(header);
    CHECK(is(read_byte_range(header, 10), Kind::whole, 0, 10));
  }
}

TEST_CASE("the largest numbers do not overflow") {
  const std::string most = std::to_string(kLongest);
  CHECK(is(read_byte_range("bytes=0-" + most, kLongest), Kind::part, 0, kLongest));
  CHECK(is(read_byte_range("bytes=-" + most, kLongest), Kind::part, 0, kLongest));
  CHECK(read_byte_range("bytes=" + most + "-" + most, kLongest).kind == Kind::unsatisfiable);
  CHECK(is(read_byte_range("bytes=-" + most + "0", 3), Kind::part, 0, 3));
}
