#include "api/storage/sqlite_connection.h"

#include <sqlite3.h>

#include <utility>

namespace ssem::api::storage {
namespace {

constexpr int kHeaderBytes = 100;

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

}  // namespace

Error storage_failure(const std::string& path, const std::string& why) {
  return {ErrorCode::unavailable, "the storage cannot be used now: " + why, {}, {}, "storage " + path + ": " + why};
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void SqliteStatement::note(int code) {
  if (code != SQLITE_OK) connection_->note(code);
}

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t value) {
  note(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, double value) {
  note(sqlite3_bind_double(statement_.get(), parameter, value));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, std::string_view text) {
  // A view that points nowhere would bind NULL. No destructor: the text stays the caller's.
  const char* start = text.data() != nullptr ? text.data() : "";
  note(sqlite3_bind_text64(statement_.get(), parameter, start, text.size(), nullptr, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bind_null(int parameter) {
  note(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->note(code);
  return false;
}

void SqliteStatement::run() {
  while (step()) {
  }
  reset();
}

void SqliteStatement::reset() { sqlite3_reset(statement_.get()); }

bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t SqliteStatement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double SqliteStatement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string_view SqliteStatement::text(int column) const {
  const auto* start = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (start == nullptr) return {};
  return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void SqliteConnection::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, Mode mode,
                                                                 std::chrono::milliseconds busy_timeout) {
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(path));
  sqlite3* raw = nullptr;
  const int create = mode == Mode::create ? SQLITE_OPEN_CREATE : 0;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | create | SQLITE_OPEN_NOMUTEX, nullptr);
  connection->database_.reset(raw);
  if (code != SQLITE_OK) return connection->failure(code);
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));
  // Opening falls back to reading where the file may not be written.
  if (sqlite3_db_readonly(raw, "main") == 1) return storage_failure(path, "it cannot be written");
  return connection;
}

std::optional<Error> SqliteConnection::execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return std::nullopt;
}

SqliteStatement SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) note(code);
  return {*this, raw};
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

std::string SqliteConnection::file_path() const {
  const char* path = sqlite3_db_filename(database_.get(), "main");
  return path != nullptr ? path : path_;
}

std::string SqliteConnection::header_on_disk() const {
  // Through SQLite's own descriptor: closing another one would drop the locks that this process has on the file.
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return {};
  std::string header(kHeaderBytes, '\0');
  // Of a short file the rest is zeros; anything but a whole header is none.
  if (file->pMethods->xRead(file, header.data(), kHeaderBytes, 0) != SQLITE_OK) return {};
  return header;
}

std::optional<Error> SqliteConnection::take_fault() { return std::exchange(fault_, std::nullopt); }

Error SqliteConnection::failure(int code) const { return storage_failure(path_, reason(database_.get(), code)); }

void SqliteConnection::note(int code) {
  if (!fault_) fault_ = failure(code);
}

}  // namespace ssem::api::storage
