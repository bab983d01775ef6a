#include "api/storage/sqlite_storage.h"

#include <chrono>
#include <string>
#include <utility>

#include "api/storage/export_copy.h"
#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_schema.h"
#include "api/storage/sqlite_writer.h"

namespace ssem::api::storage {
namespace {

using Mode = SqliteConnection::Mode;

constexpr std::chrono::milliseconds kPingBusyTimeout{250};  // a readiness check answers soon

class SqliteStorage final : public Storage {
 public:
  SqliteStorage(std::string path, OpenSqliteWriter opened)
      : path_(std::move(path)), file_(std::move(opened.file)), studies_(std::move(opened.writer)) {}

  std::optional<Error> ping() override {
    if (std::optional<Error> error = file_->check_names()) return error;
    if (!studies_.can_be_read()) return storage_failure(path_, "its studies cannot be loaded; the log says why");
    // A connection of its own reads the file, where the writer's could answer from its cache.
    const auto fresh = SqliteConnection::open(path_, Mode::existing, kPingBusyTimeout);
    if (!fresh) return fresh.error();
    // Before it reads: of an emptied file SQLite would remove the -wal.
    if (std::optional<Error> error = file_->check(*fresh.value())) return error;
    if (std::optional<Error> error = check_schema_version(*fresh.value(), path_)) return error;
    // Takes the write lock and gives it back.
    return fresh.value()->execute("BEGIN IMMEDIATE; ROLLBACK");
  }

  std::string_view kind() const override { return "sqlite"; }

  std::optional<Error> copy_to(const std::string& path) override {
    // Of a file that was lost, memory has all that is left.
    if (file_->check_names()) return write_copy(studies_, path);
    const auto reading = SqliteConnection::open(path_, Mode::existing, kBusyTimeout);
    if (!reading) return reading.error();
    SqliteStatement vacuum = reading.value()->prepare("VACUUM INTO ?");
    vacuum.bind(1, std::string_view(path)).run();
    return reading.value()->take_fault();
  }

  studies::StudyStore& studies() override { return studies_; }

 private:
  std::string path_;
  std::shared_ptr<DatabaseFile> file_;
  studies::StudyStore studies_;
};

// In a connection of its own, which is gone before the writer's are opened.
std::optional<Error> prepare_file(const std::string& path) {
  const auto opened = SqliteConnection::open(path, Mode::create, kBusyTimeout);
  if (!opened) return opened.error();
  return prepare_schema(*opened.value(), path);
}

}  // namespace

Result<std::unique_ptr<Storage>> open_sqlite_storage(const std::string& path) {
  if (std::optional<Error> fault = prepare_file(path)) return *fault;
  auto writer = open_sqlite_writer(path);
  if (!writer) return writer.error();
  auto storage = std::make_unique<SqliteStorage>(path, std::move(writer).value());
  if (std::optional<Error> fault = storage->studies().refresh()) return *fault;
  return std::unique_ptr<Storage>(std::move(storage));
}

}  // namespace ssem::api::storage
