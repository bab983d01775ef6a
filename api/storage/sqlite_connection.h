// SQLite behind our own types: the only place that knows its C interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ssem::api::storage {

class SqliteConnection;

// How long a statement waits for another program's lock.
inline constexpr std::chrono::milliseconds kBusyTimeout{5000};

// A prepared statement. Parameters are numbered from 1, columns from 0, as in SQL and in SQLite.
class SqliteStatement {
 public:
  SqliteStatement& bind(int parameter, std::int64_t value);
  SqliteStatement& bind(int parameter, double value);           // nan becomes NULL
  SqliteStatement& bind(int parameter, std::string_view text);  // must live until the statement has run
  SqliteStatement& bind_null(int parameter);
  template <class Value>
  SqliteStatement& bind(int parameter, const std::optional<Value>& value) {  // nothing becomes NULL
    return value ? bind(parameter, *value) : bind_null(parameter);
  }

  // True: there is a row. False: no more, or a fault, which the connection remembers.
  bool step();
  // Runs to the end and makes the statement ready for the next values.
  void run();
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  // until the next step

 private:
  friend class SqliteConnection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqliteStatement(SqliteConnection& connection, sqlite3_stmt* statement)
      : connection_(&connection), statement_(statement) {}
  void note(int code);

  SqliteConnection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One thread at a time. Statements must go before their connection, which does not move.
class SqliteConnection {
 public:
  enum class Mode { existing, create };

  // Refuses what can only be read. Errors are `unavailable`, in words for the person who runs the server.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, Mode mode,
                                                        std::chrono::milliseconds busy_timeout);

  // Any number of statements, parted by semicolons.
  std::optional<Error> execute(const char* sql);
  // A statement that cannot be prepared is a fault, and every use of it fails.
  SqliteStatement prepare(std::string_view sql);
  bool in_transaction() const;

  // Absolute, with links resolved: what -wal and -shm are appended to.
  std::string file_path() const;
  // The database header (100 bytes) as it lies on the disk now, past every cache; empty where that cannot be read.
  std::string header_on_disk() const;

  bool has_fault() const { return fault_.has_value(); }
  // The first fault since the last call.
  std::optional<Error> take_fault();

 private:
  friend class SqliteStatement;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit SqliteConnection(std::string path) : path_(std::move(path)) {}
  Error failure(int code) const;
  void note(int code);

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
  std::optional<Error> fault_;
};

// `unavailable`. Only its private detail names the file: "storage PATH: why".
Error storage_failure(const std::string& path, const std::string& why);

}  // namespace ssem::api::storage
