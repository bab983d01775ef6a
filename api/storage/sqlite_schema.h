// The tables of a file: Optuna's own, as its RDBStorage makes them, and ours beside them.
#pragma once

#include <optional>
#include <string>

#include "api/storage/sqlite_connection.h"

namespace ssem::api::storage {

// Makes what is missing, all or nothing, and refuses what this program cannot read: another version of our tables, or
// of Optuna's. Files that Optuna 3.2 to 5 made are taken over as they are.
std::optional<Error> prepare_schema(SqliteConnection& connection, const std::string& path);

// Whether our tables still have this program's version.
std::optional<Error> check_schema_version(SqliteConnection& connection, const std::string& path);

}  // namespace ssem::api::storage
