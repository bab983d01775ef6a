#include "api/http/idempotency/idempotency_key.h"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

#include "tests/api/http/idempotency/requests.h"

namespace ssem::api::http {
namespace {

IdempotencyKey key_of(const Request& request) {
  const auto key = idempotency_key_of(request);
  REQUIRE(key);
  REQUIRE(key.value());
  return *key.value();
}

bool is_refused(std::string_view key) {
  const auto read = idempotency_key_of(keyed_request(key, "POST", "/a"));
  if (read) return false;
  CHECK(read.error().code == ErrorCode::invalid_argument);
  CHECK(read.error().message.find("1 to 255 visible ASCII characters") != std::string::npos);
  return true;
}

}  // namespace

TEST_CASE("a key is 1 to 255 visible ASCII characters") {
  CHECK_FALSE(is_refused("1"));
  CHECK_FALSE(is_refused("session/-1"));
  CHECK_FALSE(is_refused("\"8e03978e-40d5-43e8-bc93-6894a57f9324\""));
  CHECK_FALSE(is_refused(std::string(255, '~')));
  CHECK(is_refused(""));
  CHECK(is_refused(std::string(256, '~')));
  for (int code = 0; code < 256; ++code) {
    CAPTURE(code);
    const std::string key = std::string("a") + static_cast<char>(code) + "b";
    CHECK(is_refused(key) == (code < 0x21 || code > 0x7E));
  }
}

TEST_CASE("no header is no key, two of them are none that counts") {
  const auto none = idempotency_key_of(keyed_request({}, "POST", "/a"));
  REQUIRE(none);
  CHECK_FALSE(none.value());
  Request twice = keyed_request("1", "POST", "/a");
  twice.header_count = [](std::string_view) -> std::size_t { return 2; };
  CHECK_FALSE(idempotency_key_of(twice));
}

TEST_CASE("a key is bound to method, path, query and body, whatever text moves from one to the next") {
  Request with_query = keyed_request("1", "POST", "/a", "{}");
  with_query.query = "b";
  const std::array<Request, 7> requests{keyed_request("1", "POST", "/a", "{}"),
                                        keyed_request("1", "PUT", "/a", "{}"),
                                        keyed_request("1", "POST", "/b", "{}"),
                                        keyed_request("1", "POST", "/a", "{ }"),
                                        keyed_request("1", "POST", "/a{}"),
                                        keyed_request("1", "POST/", "a", "{}"),
                                        with_query};
  std::set<std::string> fingerprints;
  for (const Request& request : requests) {
    CHECK(key_of(request).id == key_of(requests[0]).id);
    fingerprints.insert(key_of(request).request);
  }
  CHECK(fingerprints.size() == requests.size());
  CHECK(key_of(keyed_request("1", "POST", "/a", "{}")).request == key_of(requests[0]).request);
}

TEST_CASE("equal keys of two clients are two keys for the same request") {
  const IdempotencyKey mine = key_of(keyed_request("1", "POST", "/a", "{}", "me"));
  const IdempotencyKey yours = key_of(keyed_request("1", "POST", "/a", "{}", "you"));
  CHECK(mine.id != yours.id);
  CHECK(mine.request == yours.request);
  CHECK(key_of(keyed_request("e1", "POST", "/a", "{}", "m")).id != mine.id);
}

TEST_CASE("the work's name is the same for the same key and request alone") {
  const IdempotencyKey key = key_of(keyed_request("1", "POST", "/a", "{}"));
  CHECK(work_id_of(key) == work_id_of(key_of(keyed_request("1", "POST", "/a", "{}"))));
  CHECK(work_id_of(key) != work_id_of(key_of(keyed_request("2", "POST", "/a", "{}"))));
  CHECK(work_id_of(key) != work_id_of(key_of(keyed_request("1", "POST", "/a", "{ }"))));
  CHECK(work_id_of(key).find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(work_id_of(key).size() >= 16);
}

}  // namespace ssem::api::http
