// Reads everything that a file holds of studies.
#pragma once

#include <optional>

#include "api/storage/sqlite_connection.h"
#include "api/studies/study_table.h"

namespace ssem::api::storage {

// Into an emptied table. Inside a transaction, so that one state is read. What no version of Optuna writes (an unknown
// state, a time that is none) is `unavailable`, naming the table and the id.
std::optional<Error> load_studies(SqliteConnection& connection, const std::string& path, studies::StudyTable& table);

}  // namespace ssem::api::storage
