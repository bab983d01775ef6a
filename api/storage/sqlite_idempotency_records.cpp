#include "api/storage/sqlite_idempotency_records.h"

#include <cstdint>
#include <string_view>

namespace ssem::api::storage {
namespace {

using studies::IdempotencyRecord;
using studies::Timestamp;

// Looking for what is too old reads the whole table (tens of milliseconds): now and then.
constexpr std::size_t kRecordsBetweenPrunes = 8192;
constexpr std::size_t kBytesBetweenPrunes = std::size_t{16} << 20U;

// Numbers grow with time, so the lowest are the oldest.
constexpr const char* kDropBeyondCount =
    "DELETE FROM ssem_idempotency_records WHERE number <= (SELECT MAX(number) FROM ssem_idempotency_records) - ?";
constexpr const char* kDropOlder = "DELETE FROM ssem_idempotency_records WHERE time < ?";
constexpr const char* kDropBeyondBytes =
    "DELETE FROM ssem_idempotency_records WHERE number <= (SELECT number FROM (SELECT number, SUM(LENGTH(body)) "
    "OVER (ORDER BY number DESC) AS bytes FROM ssem_idempotency_records) WHERE bytes > ? "
    "ORDER BY number DESC LIMIT 1)";

}  // namespace

SqliteIdempotencyRecords::SqliteIdempotencyRecords(SqliteConnection& connection)
    : connection_(connection),
      find_(connection.prepare(
          "SELECT request, status, body, location, time FROM ssem_idempotency_records WHERE id = ?")),
      keep_(connection.prepare("INSERT OR REPLACE INTO ssem_idempotency_records (id, request, status, body, location, "
                               "time) VALUES (?, ?, ?, ?, ?, ?)")),
      drop_(connection.prepare("DELETE FROM ssem_idempotency_records WHERE id = ?")) {}

std::optional<IdempotencyRecord> SqliteIdempotencyRecords::find(const std::string& id) {
  if (!can_work()) return std::nullopt;
  std::optional<IdempotencyRecord> record;
  if (find_.bind(1, std::string_view(id)).step()) {
    record.emplace();
    record->id = id;
    record->request = find_.text(0);
    record->status = static_cast<int>(find_.integer(1));
    record->body = find_.text(2);
    record->location = find_.text(3);
    record->time = studies::timestamp_from(find_.text(4)).value_or(Timestamp{});
  }
  find_.reset();
  return record;
}

void SqliteIdempotencyRecords::keep(const IdempotencyRecord& record) {
  if (!can_work()) return;
  const std::string time = studies::to_sql(record.time);
  keep_.bind(1, std::string_view(record.id))
      .bind(2, std::string_view(record.request))
      .bind(3, std::int64_t{record.status})
      .bind(4, std::string_view(record.body))
      .bind(5, std::string_view(record.location))
      .bind(6, std::string_view(time))
      .run();
  kept_since_prune_ += 1;
  bytes_since_prune_ += record.body.size();
  if (kept_since_prune_ < kRecordsBetweenPrunes && bytes_since_prune_ < kBytesBetweenPrunes) return;
  kept_since_prune_ = 0;
  bytes_since_prune_ = 0;
  prune(record.time);
}

void SqliteIdempotencyRecords::drop(const std::string& id) {
  if (can_work()) drop_.bind(1, std::string_view(id)).run();
}

void SqliteIdempotencyRecords::prune(Timestamp now) {
  connection_.prepare(kDropBeyondCount).bind(1, static_cast<std::int64_t>(studies::kMostIdempotencyRecords)).run();
  const std::string oldest = studies::to_sql(now - studies::kIdempotencyLifetime);
  connection_.prepare(kDropOlder).bind(1, std::string_view(oldest)).run();
  connection_.prepare(kDropBeyondBytes).bind(1, static_cast<std::int64_t>(studies::kMostIdempotencyBytes)).run();
}

}  // namespace ssem::api::storage
