#include "api/http/connections/chunked_body.h"

#include <doctest/doctest.h>

#include <string>

using namespace ssem::api::http;
using ChunkState = ChunkedBody::State;

namespace {

constexpr std::size_t kMost = 100;

struct Read {
  ChunkState state;
  std::string body;
  std::string left;
};

// As if the bytes came `step` at a time.
Read read(const std::string& bytes, std::size_t step) {
  ChunkedBody chunks(kMost);
  Read result{ChunkState::incomplete, {}, {}};
  std::size_t at = 0;
  while (at < bytes.size() && result.state == ChunkState::incomplete) {
    result.left += bytes.substr(at, step);
    at += step;
    result.state = chunks.take(result.left, result.body);
  }
  if (at < bytes.size()) result.left += bytes.substr(at);
  return result;
}

ChunkState state_of(const std::string& bytes) { return read(bytes, bytes.size()).state; }

}  // namespace

TEST_CASE("chunks are put together, however their bytes arrive, and what follows is left") {
  const std::string bytes = "5\r\nhello\r\n00A;name=value\r\n, chunked!\r\n0\r\nTrailer: 1\r\n\r\nGET /";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    CAPTURE(step);
    const Read result = read(bytes, step);
    CHECK(result.state == ChunkState::complete);
    CHECK(result.body == "hello, chunked!");
    CHECK(result.left == "GET /");
  }
}

TEST_CASE("the size of a chunk is hexadecimal digits and nothing else") {
  for (const char* size : {"+5", "-5", "0x5", " 5", "5 ", "zz", "", "5,", "five"}) {
    CAPTURE(size);
    CHECK(state_of(std::string(size) + "\r\nhello\r\n0\r\n\r\n") == ChunkState::malformed);
  }
}

TEST_CASE("a chunk ends where its size says, with its line end") {
  CHECK(state_of("5\r\nhello!\r\n0\r\n\r\n") == ChunkState::malformed);
  CHECK(state_of("5\r\nhell\r\n0\r\n\r\n") == ChunkState::malformed);
  CHECK(state_of("5\nhello\n0\n\n") == ChunkState::malformed);
}

TEST_CASE("more than the most is told before it has come") {
  CHECK(state_of("64\r\n") == ChunkState::incomplete);
  CHECK(state_of("65\r\n") == ChunkState::too_large);
  CHECK(state_of("ffffffffffffffff\r\n") == ChunkState::too_large);
  CHECK(state_of("fffffffffffffffffffff\r\n") == ChunkState::too_large);
  CHECK(read("60\r\n" + std::string(96, 'x') + "\r\n5\r\n", 7).state == ChunkState::too_large);
}

TEST_CASE("extensions and trailers have a bound") {
  CHECK(state_of("5;" + std::string(300, 'x')) == ChunkState::malformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "T: " + std::string(100, 'x') + "\r\n";
  CHECK(state_of(trailers) == ChunkState::malformed);
}
