// Whether another program has a database file open.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace ssem::api::storage {

// One program that holds locks of SQLite on the file or on the -shm beside it; 0 where the system does not tell which
// (another container, another machine). A server holds one for as long as it lives, but on file systems that refuse
// write-ahead mode only while it reads or writes. Not for a file that this process has open: its locks would go.
std::optional<pid_t> user_of_database(const std::string& path);

// "process 123 (ssem)", or "another program".
std::string words_for_user(pid_t user);

}  // namespace ssem::api::storage
