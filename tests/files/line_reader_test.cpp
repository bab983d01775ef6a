#include "files/line_reader.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "files/write_all.h"

namespace ssem::files {
namespace {

using Next = LineReader::Next;

// What a reader sees of `text` sent through a pipe: lines, or "<too long>".
std::vector<std::string> lines_of(const std::string& text, std::size_t max_bytes) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  std::thread writer([&] {
    write_all(ends[1], text);
    ::close(ends[1]);
  });
  LineReader reader(ends[0], max_bytes);
  std::vector<std::string> lines;
  for (Next next = reader.next(); next != Next::end && next != Next::failed; next = reader.next()) {
    lines.push_back(next == Next::too_long ? "<too long>" : reader.text());
  }
  writer.join();
  ::close(ends[0]);
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end in LF or CRLF and the last needs no end") {
  CHECK(lines_of("a\nb\r\nc", 100) == Lines{"a", "b", "c"});
  CHECK(lines_of("a\n", 100) == Lines{"a"});
  CHECK(lines_of("", 100).empty());
  CHECK(lines_of("\n\n", 100) == Lines{"", ""});
  CHECK(lines_of("a\r", 100) == Lines{"a"});
}

TEST_CASE("a zero byte is part of its line") {
  CHECK(lines_of(std::string("a\0b\nc", 5), 100) == Lines{std::string("a\0b", 3), "c"});
}

TEST_CASE("a line above the limit is skipped whole and the next one is read") {
  CHECK(lines_of("12345\n123456\nx\n", 5) == Lines{"12345", "<too long>", "x"});
  CHECK(lines_of(std::string(300'000, 'y') + "\nok\n" + std::string(200'000, 'z'), 1000) ==
        Lines{"<too long>", "ok", "<too long>"});
}

TEST_CASE("lines longer than the buffer are put together") {
  const std::string longer(1'000'000, 'w');
  CHECK(lines_of(longer + "\n" + longer, 1'000'000) == Lines{longer, longer});
}

TEST_CASE("a descriptor that cannot be read is a failure, not an end") {
  LineReader reader(-1, 100);
  CHECK(reader.next() == Next::failed);
}

TEST_CASE("writing to a full or closed place is told apart") {
  CHECK(write_all(-1, "x") == Written::failed);
  CHECK(write_all(-1, "") == Written::all);
}

}  // namespace ssem::files
