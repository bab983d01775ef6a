#include "api/http/message/gzip.h"

#include <doctest/doctest.h>

#include <string>

using namespace ssem::api::http;

TEST_CASE("what is packed comes out as it was, whatever its length") {
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, std::size_t{65'535}, std::size_t{65'536}, std::size_t{300'001}}) {
    std::string bytes(length, 'x');
    for (std::size_t k = 0; k < length; k += 7) bytes[k] = static_cast<char>(k * 31 % 251);
    std::string back;
    CHECK(gunzip(gzip(bytes), length, back) == Unpacked::whole);
    CHECK(back == bytes);
  }
}

TEST_CASE("no more is unpacked than is allowed") {
  const std::string packed = gzip(std::string(10'000'000, 'x'));
  CHECK(packed.size() < 100'000);
  std::string bytes;
  CHECK(gunzip(packed, 100'000, bytes) == Unpacked::too_large);
  CHECK(bytes.size() <= 100'000);
  CHECK(gunzip(packed, 10'000'000, bytes) == Unpacked::whole);
}

TEST_CASE("what is cut or has something behind it is broken, at every length") {
  const std::string packed = gzip("0123456789 0123456789");
  std::string bytes;
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CHECK(gunzip(packed.substr(0, length), 100, bytes) == Unpacked::broken);
  }
  CHECK(gunzip(packed + "x", 100, bytes) == Unpacked::broken);
}

TEST_CASE("text that is long is packed for who takes it") {
  const auto packed = [](std::size_t length, std::string type, std::string_view accepted) {
    Response response;
    response.body = std::string(length, ' ');
    response.content_type = std::move(type);
    pack(response, accepted);
    return !response.headers.empty() && response.headers.back().first == "Content-Encoding";
  };
  CHECK(packed(5000, "application/json", "br, gzip;q=0.8"));
  CHECK_FALSE(packed(5000, "application/json", "br, gzip;q=0"));
  CHECK_FALSE(packed(5000, "application/json", ""));
  CHECK_FALSE(packed(500, "application/json", "gzip"));
  CHECK_FALSE(packed(5000, "text/html; charset=utf-8", "gzip"));
}
