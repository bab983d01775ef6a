#include "api/storage/database_backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "api/storage/database_users.h"
#include "api/storage/serving_lock.h"
#include "api/storage/sqlite_connection.h"
#include "api/storage/sqlite_schema.h"
#include "files/atomic_file.h"
#include "files/write_all.h"

namespace ssem::api::storage {
namespace {

namespace fs = std::filesystem;
using Connection = std::unique_ptr<SqliteConnection>;

Error cannot_copy(const std::string& what, const fs::path& path, const std::string& reason) {
  return {ErrorCode::unavailable, what + ' ' + path.string() + ": " + reason, {}};
}

Error name_is_taken(const fs::path& path) {
  return {ErrorCode::conflict, path.string() + " is there already; --force replaces it", {}};
}

// SQLite takes "file:..." for a URI; an absolute path is always a path.
fs::path absolute_path(const std::string& path) {
  std::error_code fault;
  const fs::path whole = fs::weakly_canonical(path, fault);
  return fault ? fs::absolute(path) : whole;
}

// A file of a random name beside another one, which it becomes or which never knows of it.
class FileBeside {
 public:
  explicit FileBeside(fs::path target) : target_(std::move(target)), path_(target_.string() + ".part.XXXXXX") {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);  // 0600
    reason_ = descriptor_ < 0 ? std::strerror(errno) : "";
  }
  ~FileBeside() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (has_its_name_) return;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path_ + suffix).c_str());
  }
  FileBeside(const FileBeside&) = delete;
  FileBeside& operator=(const FileBeside&) = delete;

  std::optional<Error> fault() const {
    if (descriptor_ >= 0) return std::nullopt;
    return cannot_copy("cannot write", target_, reason_);
  }
  const std::string& path() const { return path_; }
  int descriptor() const { return descriptor_; }

  std::optional<Error> take_its_name(Overwrite overwrite) {
    if (::fsync(descriptor_) != 0) return cannot_copy("cannot write", target_, std::strerror(errno));
    const unsigned int refusal = overwrite == Overwrite::no ? RENAME_NOREPLACE : 0;
    bool is_renamed = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), refusal) == 0;
    // Some file systems know no such refusal; the name was free when it was looked at before.
    if (!is_renamed && errno == EINVAL) is_renamed = std::rename(path_.c_str(), target_.c_str()) == 0;
    if (!is_renamed && errno == EEXIST) return name_is_taken(target_);
    if (!is_renamed) return cannot_copy("cannot rename to", target_, std::strerror(errno));
    has_its_name_ = true;
    files::sync_folder(target_.parent_path());
    return std::nullopt;
  }

 private:
  const fs::path target_;
  std::string path_;
  int descriptor_ = -1;
  std::string reason_;
  bool has_its_name_ = false;
};

// An empty file and another program's database would be given the tables, and then count as a copy without a study.
std::optional<Error> refuse_without_studies(SqliteConnection& copy, const std::string& path) {
  const bool has_studies = copy.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'studies'").step();
  if (auto fault = copy.take_fault()) return fault;
  if (has_studies) return std::nullopt;
  return storage_failure(path, "there are no studies in it: it is no database of ssem or Optuna");
}

// A device or a pipe would be gone, for every program.
std::optional<Error> refuse_what_is_no_file(const fs::path& target) {
  std::error_code fault;
  const fs::file_status status = fs::symlink_status(target, fault);
  if (!fs::exists(status) || fs::is_regular_file(status) || fs::is_symlink(status)) return std::nullopt;
  return cannot_copy("cannot write", target, "it is no plain file");
}

// Brought to today's schema where it is older.
Result<CopiedDatabase> checked_copy(const std::string& path) {
  const auto opened = SqliteConnection::open(path, SqliteConnection::Mode::existing, kBusyTimeout);
  if (!opened) return opened.error();
  SqliteConnection& copy = *opened.value();
  if (auto fault = check_integrity(copy, path)) return *fault;
  if (auto fault = refuse_without_studies(copy, path)) return *fault;
  // Nothing beside it: what is copied or renamed later is one file.
  if (auto fault = copy.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA")) return *fault;
  if (auto fault = prepare_schema(copy, path)) return *fault;
  const auto contents = contents_of_database(copy);
  if (!contents) return contents.error();
  std::error_code ignored;
  return CopiedDatabase{contents.value(), fs::file_size(path, ignored)};
}

// What is wrong with the unfinished copy, whose name nobody knows.
Error without_name_of(const std::string& part, const Error& fault, const std::string& start) {
  const std::string known = "storage " + part + ": ";
  const std::string& words = fault.for_operator();
  return {fault.code, start + (words.rfind(known, 0) == 0 ? words.substr(known.size()) : words), {}};
}

std::optional<Error> copy_bytes(const fs::path& from, int to) {
  const int source = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return cannot_copy("cannot read", from, std::strerror(errno));
  std::optional<Error> fault;
  const auto buffer = std::make_unique<std::array<char, 1UL << 20U>>();
  for (ssize_t count = 1; count != 0 && !fault;) {
    count = ::read(source, buffer->data(), buffer->size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fault = cannot_copy("cannot read", from, std::strerror(errno));
    if (count > 0 && files::write_all(to, {buffer->data(), static_cast<std::size_t>(count)}) != files::Written::all) {
      fault = cannot_copy("cannot copy", from, std::strerror(errno));
    }
  }
  ::close(source);
  return fault;
}

std::optional<Error> what_speaks_against_copy(const fs::path& copy) {
  std::error_code fault;
  if (!fs::is_regular_file(copy, fault)) return cannot_copy("there is no file", copy, "nothing can be restored");
  for (const char* suffix : {"-wal", "-journal"}) {
    const fs::path beside = copy.string() + suffix;
    if (!fs::exists(beside, fault) || fs::file_size(beside, fault) == 0) continue;
    return cannot_copy("refused to restore", copy,
                       beside.filename().string() +
                           " beside it holds a part of its data, so it is a database in use "
                           "and no copy; ssem backup --storage sqlite:///" +
                           copy.string() + " makes one");
  }
  return std::nullopt;
}

Error is_in_use(const fs::path& database, const std::string& by) {
  return {ErrorCode::conflict, by + " has " + database.string() + " open; stop it first (a server: SIGTERM)", {}};
}

// The database that goes, shut to everybody until its successor has its name. What stands in its -wal goes into it
// first, so that no crash leaves a new file with an old -wal. Nothing where it is too damaged to be opened: then its
// companions are removed.
Result<Connection> shut(const fs::path& database) {
  if (const auto user = user_of_database(database)) return is_in_use(database, words_for_user(*user));
  auto opened = SqliteConnection::open(database, SqliteConnection::Mode::existing, std::chrono::milliseconds{250});
  if (opened) {
    Connection connection = std::move(opened).value();
    if (!connection->execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")) {
      ::unlink((database.string() + "-shm").c_str());  // which an exclusive connection neither uses nor removes
      return Result<Connection>(std::move(connection));
    }
  }
  if (const auto user = user_of_database(database)) return is_in_use(database, words_for_user(*user));
  for (const char* suffix : {"-wal", "-shm", "-journal"}) ::unlink((database.string() + suffix).c_str());
  return Result<Connection>(Connection());
}

}  // namespace

Result<CopiedDatabase> back_up_database(const std::string& database, const std::string& copy, Overwrite overwrite) {
  const fs::path from = absolute_path(database);
  const fs::path to = absolute_path(copy);
  std::error_code fault;
  if (!fs::is_regular_file(from, fault)) return cannot_copy("there is no database", from, "nothing to back up");
  if (fs::equivalent(from, to, fault)) return cannot_copy("cannot back up", from, "the copy would replace it");
  if (overwrite == Overwrite::no && fs::exists(fs::symlink_status(to, fault))) return name_is_taken(to);
  if (auto refused = refuse_what_is_no_file(to)) return *refused;
  FileBeside part(to);
  if (auto refused = part.fault()) return *refused;
  {
    const auto opened = SqliteConnection::open(from, SqliteConnection::Mode::existing, kBusyTimeout);
    if (!opened) return opened.error();
    opened.value()->prepare("VACUUM INTO ?").bind(1, std::string_view(part.path())).run();
    if (auto failed = opened.value()->take_fault()) return *failed;
  }
  auto copied = checked_copy(part.path());
  if (!copied) return without_name_of(part.path(), copied.error(), "the copy of " + from.string() + " failed: ");
  if (auto refused = part.take_its_name(overwrite)) return *refused;
  return copied;
}

Result<CopiedDatabase> restore_database(const std::string& copy, const std::string& database, Overwrite overwrite) {
  const fs::path from = absolute_path(copy);
  const fs::path to = absolute_path(database);
  if (auto refused = what_speaks_against_copy(from)) return *refused;
  std::error_code fault;
  if (fs::equivalent(from, to, fault)) return cannot_copy("cannot restore", from, "it is the database itself");
  const bool replaces = fs::exists(fs::symlink_status(to, fault));
  if (replaces && overwrite == Overwrite::no) return name_is_taken(to);
  if (auto refused = refuse_what_is_no_file(to)) return *refused;
  FileBeside part(to);
  if (auto refused = part.fault()) return *refused;
  if (auto failed = copy_bytes(from, part.descriptor())) return *failed;
  auto restored = checked_copy(part.path());
  if (!restored) return without_name_of(part.path(), restored.error(), from.string() + " cannot be restored: ");
  Connection old;
  auto lock = ServingLock::take(to, "ssem restore", {});
  if (!lock && lock.error().code == ErrorCode::conflict && !user_of_database(to)) return lock.error();
  if (replaces) {
    auto held = shut(to);
    if (!held) return held.error();
    old = std::move(held).value();
  }
  if (auto refused = part.take_its_name(replaces ? Overwrite::yes : Overwrite::no)) return *refused;
  return restored;
}

}  // namespace ssem::api::storage
