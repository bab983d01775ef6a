#include "api/storage/database_file.h"

#include <sys/stat.h>

#include <string_view>
#include <utility>

namespace ssem::api::storage {
namespace {

// https://www.sqlite.org/fileformat.html, "The Database Header".
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kChangeCounterAt = 24;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

DatabaseFile::DatabaseFile(std::string path, const SqliteConnection& connection)
    : path_(std::move(path)),
      wal_(connection.file_path() + "-wal"),
      shm_(connection.file_path() + "-shm"),
      file_(identity_of(path_)),
      wal_file_(identity_of(wal_)),
      shm_file_(identity_of(shm_)) {}

std::optional<DatabaseFile::Identity> DatabaseFile::identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

Error DatabaseFile::fault(const std::string& why) const {
  return storage_failure(path_, why + "; put it back as it was, or restart the server");
}

std::optional<Error> DatabaseFile::check_names() const {
  const std::optional<Identity> now = identity_of(path_);
  if (!now) return fault("the file is gone");
  if (now != file_) return fault("another file has taken its place");
  // Without write-ahead mode there is neither, and nothing to be missed.
  if (wal_file_ && identity_of(wal_) != wal_file_) return fault("its -wal file is gone or another one");
  if (shm_file_ && identity_of(shm_) != shm_file_) return fault("its -shm file is gone or another one");
  return std::nullopt;
}

std::optional<Error> DatabaseFile::check(const SqliteConnection& connection) {
  if (std::optional<Error> wrong = check_names()) return wrong;
  const std::int64_t latest = change_counter_;  // before the header is read, which another thread may see grow
  const std::string header = connection.header_on_disk();
  if (std::string_view(header).substr(0, kMagic.size()) != kMagic) return fault("something else was written into it");
  const std::uint32_t counter = big_endian(std::string_view(header).substr(kChangeCounterAt, sizeof counter));
  // The counter wraps around.
  if (latest >= 0 && static_cast<std::int32_t>(counter - static_cast<std::uint32_t>(latest)) < 0) {
    return fault("an older copy was written over it");
  }
  change_counter_ = counter;
  return std::nullopt;
}

}  // namespace ssem::api::storage
