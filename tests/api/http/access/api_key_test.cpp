#include "api/http/access/api_key.h"

#include <doctest/doctest.h>

#include <string>

using ssem::api::http::ApiKey;
using ssem::api::http::check_exposure;
using ssem::api::http::constant_time_equal;
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
  const ApiKey key(kKey);
  CHECK(key.admits(with_header("X-API-Key", kKey)));
  CHECK(key.admits(with_header("Authorization", std::string("Bearer ") + kKey)));
  CHECK(key.admits(with_header("Authorization", std::string("bearer ") + kKey)));
  CHECK_FALSE(key.admits(with_header("Authorization", kKey)));
  CHECK_FALSE(key.admits(with_header("Authorization", std::string("Basic ") + kKey)));
  CHECK_FALSE(key.admits(with_header("X-API-Key", "")));
  CHECK_FALSE(key.admits(with_header("X-API-Key", "0123456789abcdeF")));
  CHECK_FALSE(key.admits(with_header("Cookie", kKey)));
}

TEST_CASE("without a key everyone is admitted") { CHECK(ApiKey("").admits(with_header("X", "y"))); }

TEST_CASE("an address that others reach needs a key or the explicit flag") {
  CHECK_FALSE(check_exposure("127.0.0.1", "", false));
  CHECK_FALSE(check_exposure("0.0.0.0", kKey, false));
  CHECK_FALSE(check_exposure("0.0.0.0", "", true));
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "lab.example", ""}) {
    CAPTURE(host);
    const auto error = check_exposure(host, "", false);
    REQUIRE(error);
    CHECK(error->message.find("--insecure") != std::string::npos);
  }
}

TEST_CASE("a key that is short or that a header cannot carry is refused at the start") {
  for (const char* key : {"short", "0123456789abcde", "0123456789 abcdef", "0123456789%41abcd", "0123456789abcdef\n",
                          "0123456789abcd\xC3\xA9"}) {
    CAPTURE(key);
    CHECK(check_exposure("127.0.0.1", key, false));
  }
}
