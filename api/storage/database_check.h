// Whether a database file is whole, and what is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/storage/sqlite_connection.h"

namespace ssem::api::storage {

struct DatabaseContents {
  std::int64_t studies = 0;
  std::int64_t trials = 0;
  std::int64_t journals = 0;
};

// SQLite's integrity_check: every page, index and constraint; seconds for a gigabyte. Errors (unavailable): the first
// thing that is wrong.
std::optional<Error> check_integrity(SqliteConnection& connection, const std::string& path);

// Of a file whose schema this program knows.
Result<DatabaseContents> contents_of_database(SqliteConnection& connection);

}  // namespace ssem::api::storage
