#include "files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "files/write_all.h"

namespace ssem::files {
namespace {

constexpr const char* kUnfinished = ".part";

}  // namespace

std::optional<Error> write_atomically(const std::filesystem::path& path, std::string_view bytes) {
  const std::string beside = path.string() + kUnfinished + "." + std::to_string(::getpid());
  const auto fault = [&](const char* what = "cannot write ") {
    return Error{ErrorCode::unavailable, what + path.string() + ": " + std::strerror(errno), {}};
  };
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return fault();
  std::optional<Error> error;
  if (write_all(file, bytes) != Written::all || ::fsync(file) != 0) error = fault();
  if (::close(file) != 0 && !error) error = fault();
  if (!error && std::rename(beside.c_str(), path.c_str()) != 0) error = fault("cannot rename to ");
  if (error) {
    ::unlink(beside.c_str());
    return error;
  }
  sync_folder(path.parent_path());
  return std::nullopt;
}

bool is_leftover_of(const std::filesystem::path& file, const std::filesystem::path& path) {
  return file.string().rfind(path.string() + kUnfinished, 0) == 0;
}

std::error_code make_folders(const std::filesystem::path& folder) {
  std::error_code fault;
  const std::filesystem::path whole = std::filesystem::absolute(folder, fault).lexically_normal();
  std::vector<std::filesystem::path> made;
  for (auto each = whole; !fault && each.has_relative_path() && !std::filesystem::exists(each, fault);
       each = each.parent_path()) {
    made.push_back(each);
  }
  if (!fault) std::filesystem::create_directories(whole, fault);
  if (fault) return fault;
  for (const std::filesystem::path& each : made) sync_folder(each.parent_path());
  return {};
}

void sync_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

}  // namespace ssem::files
