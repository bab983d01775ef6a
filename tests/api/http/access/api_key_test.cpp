#include "api/http/access/api_key.h"

#include <doctest/doctest.h>

#include <string>

using ssem::api::http::check_exposure;
using ssem::api::http::constant_time_equal;
using ssem::api::http::presented_key;
using ssem::api::http::Request;

namespace {

constexpr const char* kKey = "0123456789abcdef";

Request with_header(std::string name, std::string value) {
  Request request;
  request.header = [name = std::move(name), value = std::move(value)](std::string_view asked) -> std::string_view {
    return asked == name ? std::string_view(value) : std::string_view{};
  };
  return request;
}

}  // namespace

TEST_CASE("equal means every byte and the length") {
  CHECK(constant_time_equal("", ""));
  CHECK(constant_time_equal("abc", "abc"));
  for (const char* other : {"", "ab", "abcd", "abd", "Abc"}) CHECK_FALSE(constant_time_equal("abc", other));
}

TEST_CASE("the key is taken from either header") {
  CHECK(presented_key(with_header("X-API-Key", kKey)) == kKey);
  CHECK(presented_key(with_header("Authorization", std::string("Bearer ") + kKey)) == kKey);
  CHECK(presented_key(with_header("Authorization", std::string("bearer ") + kKey)) == kKey);
  CHECK(presented_key(with_header("Authorization", kKey)).empty());
  CHECK(presented_key(with_header("Authorization", std::string("Basic ") + kKey)).empty());
  CHECK(presented_key(with_header("Cookie", kKey)).empty());
}

TEST_CASE("an address that others reach needs a key or the explicit flag") {
  CHECK_FALSE(check_exposure("127.0.0.1", "", false, false));
  CHECK_FALSE(check_exposure("0.0.0.0", kKey, false, false));
  CHECK_FALSE(check_exposure("0.0.0.0", "", false, true));
  CHECK_FALSE(check_exposure("0.0.0.0", "", true, false));
  CHECK(check_exposure("127.0.0.1", kKey, true, false));
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "lab.example", ""}) {
    CAPTURE(host);
    const auto error = check_exposure(host, "", false, false);
    REQUIRE(error);
    CHECK(error->message.find("--insecure") != std::string::npos);
  }
}

TEST_CASE("a key that is short or that a header cannot carry is refused at the start") {
  for (const char* key : {"short", "0123456789abcde", "0123456789 abcdef", "0123456789%41abcd", "0123456789abcdef\n",
                          "0123456789abcd\xC3\xA9"}) {
    CAPTURE(key);
    CHECK(check_exposure("127.0.0.1", key, false, false));
  }
}
