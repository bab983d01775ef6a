#include "api/files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "api/files/write_all.h"

namespace ssem::api::jobs {

std::optional<Error> write_whole(const std::filesystem::path& path, std::string_view bytes) {
  const std::string beside = path.string() + ".part";
  const auto fault = [&] {
    return Error{ErrorCode::unavailable, "cannot write " + path.string() + ": " + std::strerror(errno), {}};
  };
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return fault();
  std::optional<Error> error;
  if (cli::write_all(file, bytes) != cli::Written::all || ::fsync(file) != 0) error = fault();
  if (::close(file) != 0 && !error) error = fault();
  if (!error && std::rename(beside.c_str(), path.c_str()) != 0) error = fault();
  if (error) ::unlink(beside.c_str());
  return error;
}

}  // namespace ssem::api::jobs
