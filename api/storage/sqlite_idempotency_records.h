// Answers by Idempotency-Key in the file: looked up by id, the oldest thrown away.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "api/storage/sqlite_connection.h"
#include "api/studies/idempotency_record.h"

namespace ssem::api::storage {

// Inside a transaction of the connection, which outlives this; outside of one, and after a fault, nothing is done.
class SqliteIdempotencyRecords {
 public:
  explicit SqliteIdempotencyRecords(SqliteConnection& connection);

  std::optional<studies::IdempotencyRecord> find(const std::string& id);
  void keep(const studies::IdempotencyRecord& record);
  void drop(const std::string& id);

 private:
  bool can_work() const { return !connection_.has_fault() && connection_.in_transaction(); }
  void prune(studies::Timestamp now);

  SqliteConnection& connection_;
  SqliteStatement find_;
  SqliteStatement keep_;
  SqliteStatement drop_;
  std::size_t kept_since_prune_ = 0;
  std::size_t bytes_since_prune_ = 0;
};

}  // namespace ssem::api::storage
