// Storage in one SQLite file, in write-ahead mode, shared safely with other processes on the same machine.
#pragma once

#include <memory>
#include <string>

#include "api/storage/storage.h"

namespace ssem::api::storage {

// Makes the file and its table ssem_meta when they are missing. Other programs' tables in the file are left alone.
Result<std::unique_ptr<Storage>> open_sqlite_storage(const std::string& path);

}  // namespace ssem::api::storage
