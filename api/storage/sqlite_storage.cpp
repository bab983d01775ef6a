#include "api/storage/sqlite_storage.h"

#include <sys/stat.h>

#include <chrono>
#include <string>
#include <utility>

#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_schema.h"
#include "api/storage/sqlite_writer.h"

namespace ssem::api::storage {
namespace {

using Mode = SqliteConnection::Mode;

constexpr std::chrono::milliseconds kBusyTimeout{5000};
constexpr std::chrono::milliseconds kPingBusyTimeout{250};  // a readiness check answers soon

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
  SqliteStorage(std::string path, std::unique_ptr<studies::StudyWriter> writer, FileIdentity identity)
      : path_(std::move(path)), studies_(std::move(writer)), identity_(identity) {}

  std::optional<Error> ping() override {
    const std::optional<FileIdentity> now = identity_of(path_);
    if (!now) return storage_failure(path_, "the file is gone");
    if (now->device != identity_.device || now->inode != identity_.inode) {
      return storage_failure(path_, "another file has taken its place");
    }
    // A connection of its own reads the file, where the writer's could answer from its cache.
    const auto fresh = SqliteConnection::open(path_, Mode::existing, kPingBusyTimeout);
    if (!fresh) return fresh.error();
    if (std::optional<Error> error = check_schema_version(*fresh.value(), path_)) return error;
    // Takes the write lock and gives it back.
    return fresh.value()->execute("BEGIN IMMEDIATE; ROLLBACK");
  }

  std::string_view kind() const override { return "sqlite"; }

  std::optional<Error> copy_to(const std::string& path) override {
    const auto reading = SqliteConnection::open(path_, Mode::existing, kBusyTimeout);
    if (!reading) return reading.error();
    SqliteStatement vacuum = reading.value()->prepare("VACUUM INTO ?");
    vacuum.bind(1, std::string_view(path)).run();
    return reading.value()->take_fault();
  }

  studies::StudyStore& studies() override { return studies_; }

 private:
  std::string path_;
  studies::StudyStore studies_;
  FileIdentity identity_;
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
  const std::optional<FileIdentity> identity = identity_of(path);
  if (!identity) return storage_failure(path, "the file is gone");
  auto storage = std::make_unique<SqliteStorage>(path, std::move(writer).value(), *identity);
  if (std::optional<Error> fault = storage->studies().refresh()) return *fault;
  return std::unique_ptr<Storage>(std::move(storage));
}

}  // namespace ssem::api::storage
