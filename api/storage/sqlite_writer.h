// Writes studies into an SQLite file in Optuna's own tables, in UTC. Optuna may read and write the file meanwhile.
#pragma once

#include <memory>
#include <string>

#include "advisor/result.h"
#include "api/studies/study_writer.h"

namespace ssem::api::storage {

// The file's tables must be there: prepare_schema(). Sets write-ahead mode, in which a commit costs one fsync; when the
// writer goes, the file returns to Optuna's mode unless another program has it open.
Result<std::unique_ptr<studies::StudyWriter>> open_sqlite_writer(const std::string& path);

}  // namespace ssem::api::storage
