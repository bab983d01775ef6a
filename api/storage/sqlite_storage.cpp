#include "api/storage/sqlite_storage.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>
#include <string>
#include <utility>

namespace ssem::api::storage {
namespace {

constexpr int kSchemaVersion = 1;
constexpr std::chrono::milliseconds kBusyTimeout{5000};
constexpr std::chrono::milliseconds kPingBusyTimeout{250};  // a readiness check answers soon

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// What went wrong, in words for the person who runs the server.
std::string reason(sqlite3* database, int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program has locked it";
    case SQLITE_CORRUPT:
      return "the file is damaged";
    case SQLITE_NOTADB:
      return "the file is not an SQLite database";
    case SQLITE_READONLY:
      return "it cannot be written";
    case SQLITE_CANTOPEN:
      return "the file cannot be opened or made";
    case SQLITE_FULL:
      return "the disk is full";
    default:
      return database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  }
}

Error failure(const std::string& path, const std::string& why) {
  return {ErrorCode::unavailable, "storage " + path + ": " + why, {}};
}

Result<Database> open_file(const std::string& path, int flags, std::chrono::milliseconds busy_timeout) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return failure(path, reason(raw, code));
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));
  // Opening falls back to reading where the file may not be written.
  if (sqlite3_db_readonly(raw, "main") == 1) return failure(path, "it cannot be written");
  return database;
}

std::optional<Error> execute(sqlite3* database, const std::string& path, const char* sql) {
  const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(path, reason(database, code));
  return std::nullopt;
}

// The schema version that the file carries.
Result<int> schema_version(sqlite3* database, const std::string& path) {
  sqlite3_stmt* raw = nullptr;
  int code =
      sqlite3_prepare_v2(database, "SELECT value FROM ssem_meta WHERE name = 'schema_version'", -1, &raw, nullptr);
  const Statement statement(raw);
  if (code != SQLITE_OK) return failure(path, reason(database, code));
  code = sqlite3_step(raw);
  if (code == SQLITE_DONE) return failure(path, "the table ssem_meta has no schema_version");
  if (code != SQLITE_ROW) return failure(path, reason(database, code));
  return sqlite3_column_int(raw, 0);
}

std::optional<Error> check_version(sqlite3* database, const std::string& path) {
  const Result<int> version = schema_version(database, path);
  if (!version) return version.error();
  if (version.value() == kSchemaVersion) return std::nullopt;
  return failure(path, "its schema is version " + std::to_string(version.value()) + ", this program's is " +
                           std::to_string(kSchemaVersion));
}

// The file itself, so that a deleted or replaced one is noticed.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
};
std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

class SqliteStorage final : public Storage {
 public:
  SqliteStorage(std::string path, Database database, FileIdentity identity)
      : path_(std::move(path)), database_(std::move(database)), identity_(identity) {}

  std::optional<Error> ping() override {
    const std::optional<FileIdentity> now = identity_of(path_);
    if (!now) return failure(path_, "the file is gone");
    if (now->device != identity_.device || now->inode != identity_.inode) {
      return failure(path_, "another file has taken its place");
    }
    // A connection of its own reads the file, where database_ could answer from its cache.
    const Result<Database> fresh = open_file(path_, SQLITE_OPEN_READWRITE, kPingBusyTimeout);
    if (!fresh) return fresh.error();
    sqlite3* database = fresh.value().get();
    if (std::optional<Error> error = check_version(database, path_)) return error;
    // Takes the write lock and gives it back.
    return execute(database, path_, "BEGIN IMMEDIATE; ROLLBACK");
  }

  std::string_view kind() const override { return "sqlite"; }

 private:
  std::string path_;
  Database database_;  // open as long as the server runs, so that the write-ahead log is not made anew by every use
  FileIdentity identity_;
};

}  // namespace

Result<std::unique_ptr<Storage>> open_sqlite_storage(const std::string& path) {
  Result<Database> opened = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, kBusyTimeout);
  if (!opened) return opened.error();
  Database database = std::move(opened).value();
  const std::string make_table =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE;"
      "CREATE TABLE IF NOT EXISTS ssem_meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
      "INSERT OR IGNORE INTO ssem_meta VALUES ('schema_version', " +
      std::to_string(kSchemaVersion) + "); COMMIT";
  if (std::optional<Error> error = execute(database.get(), path, make_table.c_str())) return *error;
  if (std::optional<Error> error = check_version(database.get(), path)) return *error;
  const std::optional<FileIdentity> identity = identity_of(path);
  if (!identity) return failure(path, "the file is gone");
  return std::unique_ptr<Storage>(std::make_unique<SqliteStorage>(path, std::move(database), *identity));
}

}  // namespace ssem::api::storage
