#include "api/storage/serving_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include "api/studies/timestamp.h"
#include "files/write_all.h"

namespace ssem::api::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = "-lock";
constexpr std::chrono::milliseconds kBetweenTries(10);
constexpr std::size_t kLongestHostName = 256;
constexpr std::size_t kLongestHolder = 512;

std::string path_beside(const std::string& database) {
  std::error_code fault;
  const fs::path whole = fs::weakly_canonical(database, fault);
  return (fault ? database : whole.string()) + kSuffix;
}

std::string words_for_this_process(const std::string& program) {
  std::array<char, kLongestHostName> name{};
  const bool is_named = ::gethostname(name.data(), name.size() - 1) == 0;
  return program + ", process " + std::to_string(::getpid()) + (is_named ? " on " + std::string(name.data()) : "") +
         ", since " + studies::to_iso(studies::now());
}

// What the holder has written: one line, or nothing where it has only begun.
std::string holder_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  for (char& each : line) {
    if (static_cast<unsigned char>(each) < 0x20U || each == '\x7f') each = '?';
  }
  return line.substr(0, kLongestHolder);
}

Error unavailable(const std::string& path, int reason) {
  return {ErrorCode::unavailable, "cannot lock the database: " + path + ": " + std::strerror(reason), {}};
}

Error held_by_another(const std::string& database, const std::string& path) {
  const std::string holder = holder_of(path);
  return {ErrorCode::conflict,
          "another program" + (holder.empty() ? "" : " (" + holder + ")") + " has " + database +
              "; stop it first, or name another file by --storage",
          {}};
}

// The file of that name, and not one that its last holder has just removed.
bool is_still_named(int file, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

// Who may open the database may ask who has it, as with what SQLite keeps beside it.
void take_mode_of(const std::string& database, int file) {
  struct stat status {};
  if (::stat(database.c_str(), &status) == 0) ::fchmod(file, status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO));
}

}  // namespace

Result<ServingLock> ServingLock::take(const std::string& database, const std::string& program,
                                      std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  const std::string path = path_beside(database);
  for (;;) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return unavailable(path, errno);
    ServingLock lock(file, "");  // closes it on every way out
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
      if (!is_still_named(file, path)) continue;
      take_mode_of(database, file);
      const bool is_written = ::ftruncate(file, 0) == 0 &&
                              files::write_all(file, words_for_this_process(program) + "\n") == files::Written::all;
      if (!is_written) return unavailable(path, errno);
      lock.path_ = path;
      return Result<ServingLock>(std::move(lock));
    }
    if (errno != EWOULDBLOCK && errno != EINTR) return unavailable(path, errno);
    if (std::chrono::steady_clock::now() >= end) return held_by_another(database, path);
    std::this_thread::sleep_for(kBetweenTries);
  }
}

ServingLock::ServingLock(ServingLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::exchange(other.path_, {})) {}

ServingLock::~ServingLock() {
  if (descriptor_ < 0) return;
  if (!path_.empty() && is_still_named(descriptor_, path_)) ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace ssem::api::storage
