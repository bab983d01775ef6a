#include "api/http/connections/request_head.h"

#include <doctest/doctest.h>

#include <string>

using namespace ssem::api::http;

namespace {

const std::string kHost = "Host: x\r\n";

RequestHead get_with(const std::string& fields) { return read_head("GET / HTTP/1.1\r\n" + kHost + fields + "\r\n"); }

int refusal_of(const std::string& fields) { return get_with(fields).refusal; }

int refusal_of_line(const std::string& line) { return read_head(line + "\r\n" + kHost + "\r\n").refusal; }

}  // namespace

TEST_CASE("a head ends at its empty line, wherever the bytes were cut") {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string bytes = head + "GET /next";
  for (std::size_t cut = 0; cut < head.size(); ++cut) {
    CHECK_FALSE(find_head_end(std::string_view(bytes).substr(0, cut), 0).is_found);
    const HeadEnd end = find_head_end(bytes, cut - (cut > 0 ? 1 : 0));
    CHECK(end.is_found);
    CHECK(end.size == head.size());
  }
}

TEST_CASE("a byte that no head can hold ends it at once, and it is refused") {
  for (const std::string bad : {"GET / HTTP/1.1\nHost: x\n\n", "\x16\x03\x01", "GET / HTTP/1.1\r\nHost: x\r\n\n"}) {
    const HeadEnd end = find_head_end(bad, 0);
    REQUIRE(end.is_found);
    CHECK(read_head(std::string_view(bad).substr(0, end.size)).refusal == 400);
  }
  const std::string with_nul("GET /\0 HTTP/1.1\r\n", 17);
  CHECK(find_head_end(with_nul, 0).size == 6);
}

TEST_CASE("a request line has three words, a method that is a token and a version that there is") {
  CHECK(refusal_of_line("GET / HTTP/1.1") == 0);
  CHECK(refusal_of_line("GET / HTTP/1.0") == 0);
  for (const char* line : {"GET", "GET /", "GET  HTTP/1.1", "GET / / HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.2",
                           "GET / http/1.1", "GET / HTTP/9.9", "G(T / HTTP/1.1", "GET\t/ HTTP/1.1", ""}) {
    CAPTURE(line);
    CHECK(refusal_of_line(line) == 400);
  }
}

TEST_CASE("a method that nobody here knows is a 501") {
  for (const char* method : {"FETCH", "PRI", "get", "PROPFIND"}) {
    CHECK(refusal_of_line(std::string(method) + " / HTTP/1.1") == 501);
  }
}

TEST_CASE("the length of a body is plain digits, once") {
  CHECK(get_with("").content_length == 0);
  CHECK(get_with("Content-Length: 67\r\n").content_length == 67);
  CHECK(get_with("content-length:\t 0067 \r\n").content_length == 67);
  for (const char* value : {"+67", "-1", "6 7", "%36%37", "0x43", "", "6a", "67,67", "99999999999999999999999"}) {
    CAPTURE(value);
    CHECK(refusal_of("Content-Length: " + std::string(value) + "\r\n") == 400);
  }
  CHECK(refusal_of("Content-Length: 5\r\nContent-Length: 5\r\n") == 400);
  CHECK(refusal_of("Content-Length: 5\r\ncontent-length: 6\r\n") == 400);
}

TEST_CASE("a transfer coding is chunked, once and alone") {
  CHECK(get_with("Transfer-Encoding: chunked\r\n").is_chunked);
  CHECK(get_with("transfer-encoding: Chunked\r\n").is_chunked);
  for (const char* value : {"xchunked", "gzip, chunked", "identity", "chunked, chunked", "%63hunked", "chunked;q=1"}) {
    CAPTURE(value);
    CHECK(refusal_of("Transfer-Encoding: " + std::string(value) + "\r\n") == 501);
  }
  CHECK(refusal_of("Transfer-Encoding: \r\n") == 400);
  CHECK(refusal_of("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") == 400);
  CHECK(refusal_of("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n") == 400);
  CHECK(refusal_of("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n") == 400);
  CHECK(read_head("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").refusal == 400);
}

TEST_CASE("a header is a token, a colon at once, and a value without control characters") {
  CHECK(refusal_of("X: a\tb\r\n") == 0);
  for (const char* line :
       {"X : 1", ": 1", "Bad Name: 1", "No colon", " folded", "\tfolded", "X: a\x01", "X: a\rb", "X: \x7f"}) {
    CAPTURE(line);
    CHECK(refusal_of("A: 1\r\n" + std::string(line) + "\r\n") == 400);
  }
}

TEST_CASE("HTTP/1.1 names its host, and nobody names two") {
  CHECK(read_head("GET / HTTP/1.1\r\n\r\n").refusal == 400);
  CHECK(read_head("GET / HTTP/1.0\r\n\r\n").refusal == 0);
  CHECK(refusal_of("host: y\r\n") == 400);
}

TEST_CASE("what the connection must know of a head is read in any case") {
  CHECK(get_with("Connection: Close\r\n").asks_to_close);
  CHECK(get_with("Connection: keep-alive, close\r\n").asks_to_close);
  CHECK_FALSE(get_with("Connection: closed\r\n").asks_to_close);
  CHECK(get_with("Expect: 100-Continue\r\n").expects_continue);
  CHECK(refusal_of("Expect: tea\r\n") == 417);
}
