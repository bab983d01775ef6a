// Writes studies into an SQLite file in Optuna's own tables, in UTC. Optuna may read and write the file meanwhile.
#pragma once

#include <memory>
#include <string>

#include "advisor/result.h"
#include "api/storage/database_file.h"
#include "api/studies/study_writer.h"

namespace ssem::api::storage {

struct OpenSqliteWriter {
  std::unique_ptr<studies::StudyWriter> writer;
  std::shared_ptr<DatabaseFile> file;
};

// The file's tables must be there: prepare_schema(). Sets write-ahead mode, in which a commit costs one fsync; when the
// writer goes, the file returns to Optuna's mode unless another program has it open. A file that was deleted, replaced
// or overwritten meanwhile takes no commit (unavailable) until it is back.
Result<OpenSqliteWriter> open_sqlite_writer(const std::string& path);

}  // namespace ssem::api::storage
