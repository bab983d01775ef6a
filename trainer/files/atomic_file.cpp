#include "trainer/files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace ssem::trainer {
namespace {

Error fault(const std::string& path, const char* what) {
  return {ErrorCode::unavailable, std::string(what) + " " + path + ": " + std::strerror(errno), {}};
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Not every file system lets a folder be synced; the rename is then as safe as it gets.
void sync_folder(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

}  // namespace

std::optional<Error> write_atomically(const std::string& path, std::string_view bytes) {
  const std::string beside = path + ".part." + std::to_string(::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return fault(path, "cannot write");
  const bool written = write_all(file, bytes) && ::fsync(file) == 0;
  std::optional<Error> error;
  if (!written) error = fault(path, "cannot write");
  if (::close(file) != 0 && !error) error = fault(path, "cannot write");
  if (!error && ::rename(beside.c_str(), path.c_str()) != 0) error = fault(path, "cannot rename to");
  if (error) {
    ::unlink(beside.c_str());
    return error;
  }
  sync_folder(path);
  return std::nullopt;
}

}  // namespace ssem::trainer
