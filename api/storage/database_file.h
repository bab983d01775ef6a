// The database file that is open, told from one that has taken its name or its place.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/storage/sqlite_connection.h"

namespace ssem::api::storage {

// What is written to a file that nobody can find again is lost, though SQLite says that it is kept: deleted, moved
// away, or replaced by another one (mv, cp) while it is open. Devices and inodes are compared, of the file and of the
// -wal and -shm beside it, which costs three calls of stat().
class DatabaseFile {
 public:
  // Of a connection that has read once, so that all of its files are there.
  DatabaseFile(std::string path, const SqliteConnection& connection);

  // Nothing while the names still lead to the files that were there at first. Any thread. Errors: unavailable.
  std::optional<Error> check_names() const;

  // The names, and whether something else was written into the file itself: its header is read past every cache, and
  // its change counter only grows. Any thread, with a connection of its own. Errors: unavailable.
  std::optional<Error> check(const SqliteConnection& connection);

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Identity& other) const { return device == other.device && inode == other.inode; }
  };
  static std::optional<Identity> identity_of(const std::string& path);
  Error fault(const std::string& why) const;

  const std::string path_;       // as the user named it
  const std::string wal_, shm_;  // beside the file that a link leads to
  const std::optional<Identity> file_, wal_file_, shm_file_;
  std::atomic<std::int64_t> change_counter_{-1};  // the latest that was seen; -1: none yet
};

}  // namespace ssem::api::storage
