// Answers by Idempotency-Key, as every storage back end keeps them.
#include <chrono>
#include <cstddef>
#include <string>

#include "tests/api/storage/storage_backends.h"

using namespace ssem::api::studies;
using namespace ssem::api::storage;
using ssem::Error;

TEST_CASE_TEMPLATE("the answer to a key is kept for a day, the last one of it", Backend, MemoryBackend, SqliteBackend) {
  Backend backend;
  const Timestamp moment = at("2026-01-01 00:00:00");
  const auto keep = [&](const IdempotencyRecord& record) {
    CHECK_FALSE(Client(*backend.storage).act([&](StudyTable& table) -> std::optional<Error> {
      table.keep_idempotency_record(record);
      return std::nullopt;
    }));
  };
  keep(record_of("a", moment - std::chrono::hours(30)));
  IdempotencyRecord later = record_of("a", moment);
  later.request = "another";
  later.body = R"({"trial_id":2})";
  later.location = "/jobs/2";
  keep(later);
  keep(record_of("b", moment));
  backend.reopen();
  const auto found = find_record(*backend.storage, "a", moment + std::chrono::hours(24));
  REQUIRE(found);
  CHECK(found->request == "another");
  CHECK(found->status == 201);
  CHECK(found->body == R"({"trial_id":2})");
  CHECK(found->location == "/jobs/2");
  CHECK_FALSE(find_record(*backend.storage, "a", moment + std::chrono::hours(24) + std::chrono::seconds(1)));
  CHECK(find_record(*backend.storage, "b", moment)->location.empty());
  CHECK_FALSE(find_record(*backend.storage, "c", moment));
  CHECK_FALSE(Client(*backend.storage).act([](StudyTable& table) -> std::optional<Error> {
    table.drop_idempotency_record("a");
    return std::nullopt;
  }));
  backend.reopen();
  CHECK_FALSE(find_record(*backend.storage, "a", moment));
  CHECK(find_record(*backend.storage, "b", moment));
}

TEST_CASE_TEMPLATE("kept answers are bounded in number and bytes, and the oldest make room", Backend, MemoryBackend,
                   SqliteBackend) {
  Backend backend;
  const Timestamp moment = at("2026-01-01 00:00:00");
  const auto keep = [&](std::size_t first, std::size_t last, const std::string& body) {
    CHECK_FALSE(Client(*backend.storage).act([&](StudyTable& table) -> std::optional<Error> {
      for (std::size_t k = first; k < last; ++k) {
        IdempotencyRecord record = record_of(std::to_string(k), moment);
        record.body = body;
        table.keep_idempotency_record(record);
      }
      return std::nullopt;
    }));
  };
  const auto is_there = [&](std::size_t k) {
    return find_record(*backend.storage, std::to_string(k), moment).has_value();
  };
  // Some more than promised may stay until they are looked through.
  constexpr std::size_t kAll = kMostIdempotencyRecords + 20'000;
  keep(0, kAll, "{}");
  CHECK_FALSE(is_there(0));
  CHECK(is_there(kAll - kMostIdempotencyRecords));
  CHECK(is_there(kAll - 1));
  const std::string large(std::size_t{1} << 20U, 'x');
  keep(kAll, kAll + 100, large);
  CHECK_FALSE(is_there(kAll));
  CHECK(is_there(kAll + 50));
  CHECK(is_there(kAll + 99));
}
