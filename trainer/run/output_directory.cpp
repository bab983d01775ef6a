#include "trainer/run/output_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace ssem::trainer {
namespace {

// More than a page, so that a full disk shows as well.
constexpr std::size_t kTrialBytes = 16384;

Error not_writable(const std::string& path, const std::string& reason) {
  FaultList faults;
  faults.add("/output_directory", "must be a folder that can be written to, got " + path + ": " + reason);
  return faults.to_error();
}

// 0, or the system's error number.
int try_to_write(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return errno;
  const std::array<char, kTrialBytes> zeros{};
  const ssize_t written = ::write(descriptor, zeros.data(), zeros.size());
  int fault = written == static_cast<ssize_t>(zeros.size()) ? 0 : (written < 0 ? errno : ENOSPC);
  if (::close(descriptor) != 0 && fault == 0) fault = errno;
  ::unlink(file.c_str());
  return fault;
}

}  // namespace

Result<std::string> prepare_output_directory(const std::string& path) {
  std::error_code fault;
  std::filesystem::create_directories(path, fault);
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored)) {
    return not_writable(path, "it is no folder");
  }
  if (fault) return not_writable(path, fault.message());
  const int trial = try_to_write((std::filesystem::path(path) / ".trial").string());
  if (trial != 0) return not_writable(path, std::strerror(trial));
  return path;
}

}  // namespace ssem::trainer
