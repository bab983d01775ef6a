// The number by which a connection to SQLite knows that others have committed.
#pragma once

#include <cstdint>

#include "api/storage/sqlite_connection.h"

namespace ssem::api::storage {

// Reads the number that changes with every commit that this connection did not make itself.
class DataVersion {
 public:
  explicit DataVersion(SqliteConnection& connection) : statement_(connection.prepare("PRAGMA data_version")) {}

  std::int64_t read() {
    const std::int64_t version = statement_.step() ? statement_.integer(0) : -1;
    statement_.reset();
    return version;
  }

 private:
  SqliteStatement statement_;
};

}  // namespace ssem::api::storage
