#include "api/http/access/doorkeeper.h"

#include <doctest/doctest.h>

#include <string>

#include "api/http/access/sha256.h"

using namespace ssem::api::http;

namespace {

constexpr const char* kAddress = "192.0.2.1";

Request with_key(const std::string& key) {
  Request request;
  request.header = [key](std::string_view name) {
    return name == "X-API-Key" ? std::string_view(key) : std::string_view{};
  };
  return request;
}

int refusals(Doorkeeper& door, const std::string& key, Access needed, ssem::ErrorCode code) {
  std::shared_ptr<const KeyEntry> found;
  const auto turned = door.admit(with_key(key), kAddress, needed, found);
  return turned && turned->error.code == code ? 1 : 0;
}

}  // namespace

TEST_CASE("each role reaches what the ones before it reach, and no further") {
  KeyRing keys({{"r", Access::read, sha256_hex("r")},
                {"a", Access::advise, sha256_hex("a")},
                {"t", Access::tune, sha256_hex("t")},
                {"x", Access::admin, sha256_hex("x")}});
  Doorkeeper door(keys);
  int own = 0;
  for (const char* key : {"r", "a", "t", "x"}) {
    ++own;
    for (int needed = 0; needed < 5; ++needed) {
      CAPTURE(key);
      CAPTURE(needed);
      CHECK(refusals(door, key, static_cast<Access>(needed), ssem::ErrorCode::forbidden) == (needed > own ? 1 : 0));
    }
  }
}

TEST_CASE("wrong keys are slowed, even before a right one, and another address is not") {
  KeyRing keys(only_key("the-right-key-of-all"));
  Doorkeeper door(keys);
  for (int i = 0; i < static_cast<int>(Doorkeeper::kWrongKeys); ++i) {
    CHECK(refusals(door, "wrong", Access::read, ssem::ErrorCode::unauthorized) == 1);
  }
  std::shared_ptr<const KeyEntry> key;
  const auto slowed = door.admit(with_key("the-right-key-of-all"), kAddress, Access::read, key);
  REQUIRE(slowed);
  CHECK(slowed->error.code == ssem::ErrorCode::rate_limited);
  CHECK(slowed->retry_after >= 1);
  CHECK(slowed->retry_after <= Doorkeeper::kWrongKeyPause);
  CHECK_FALSE(door.admit(with_key("the-right-key-of-all"), "192.0.2.2", Access::read, key));
  CHECK(refusals(door, "", Access::read, ssem::ErrorCode::unauthorized) == 1);
}

TEST_CASE("keys read anew are in force at once, those gone are not") {
  KeyRing keys(only_key("the-first-key"));
  Doorkeeper door(keys);
  CHECK(refusals(door, "the-first-key", Access::admin, ssem::ErrorCode::unauthorized) == 0);
  keys.replace({{"second", Access::read, sha256_hex("the-second-key")}});
  CHECK(refusals(door, "the-first-key", Access::read, ssem::ErrorCode::unauthorized) == 1);
  CHECK(refusals(door, "the-second-key", Access::read, ssem::ErrorCode::unauthorized) == 0);
}

TEST_CASE("without keys everyone may do everything, as often as they like") {
  KeyRing keys;
  Doorkeeper door(keys);
  std::shared_ptr<const KeyEntry> key;
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(door.admit(with_key("any"), kAddress, Access::admin, key));
}
