// What another program does to a database.
#pragma once

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <string>

namespace ssem::api::storage {

inline void execute(const std::string& file, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  sqlite3_busy_timeout(database, 5000);
  char* message = nullptr;
  sqlite3_exec(database, sql, nullptr, nullptr, &message);
  CHECK_MESSAGE(message == nullptr, message);
  sqlite3_close(database);
}

}  // namespace ssem::api::storage
