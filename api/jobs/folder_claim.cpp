#include "api/jobs/folder_claim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "api/jobs/job.h"
#include "files/atomic_file.h"
#include "files/write_all.h"

namespace ssem::api::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarkerText =
    "This folder belongs to `ssem serve`, which adds and removes files in it. Keep nothing else here.\n";
constexpr std::string_view kIdLine = "id ";
constexpr std::string_view kScratchLine = "scratch ";
constexpr std::string_view kScratchPrefix = ".ssem-scratch-";
constexpr std::size_t kRandomDigits = 16;
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::string_view kSqliteMagic("SQLite format 3\0", 16);

Error unavailable(const std::string& what, const fs::path& path, const std::string& reason) {
  return {ErrorCode::unavailable, what + " " + path.string() + ": " + reason, {}};
}

std::string start_of(const fs::path& file, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(bytes));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

// A database, or what SQLite and a server keep beside one.
bool is_of_sqlite(const fs::path& file) {
  if (!is_real_file(file)) return false;
  std::string name = file.string();
  for (const std::string_view suffix : {"-wal", "-shm", "-journal", "-lock"}) {
    if (name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0) {
      name.resize(name.size() - suffix.size());
      break;
    }
  }
  return is_real_file(name) && start_of(name, kSqliteMagic.size()) == kSqliteMagic;
}

// What servers before the marker made: jobs have job.json in folders of the names that this program gives.
bool holds_jobs_only(const fs::path& validations) {
  std::error_code fault;
  std::size_t jobs = 0;
  std::size_t others = 0;
  for (fs::directory_iterator entry(validations, fault), end; !fault && entry != end; entry.increment(fault)) {
    const bool is_job = is_job_id(entry->path().filename().string()) && is_real_folder(entry->path());
    ++(is_job ? jobs : others);
  }
  return !fault && (others == 0 || jobs > 0);
}

bool is_older_data_folder(const fs::path& folder) {
  std::error_code fault;
  return is_real_file(folder / "lock") && fs::file_size(folder / "lock", fault) == 0 &&
         is_real_folder(folder / "validations") && holds_jobs_only(folder / "validations");
}

// What the marker says after `start`, if it is what random_digits() gives.
std::optional<std::string> noted(const fs::path& folder, const std::string& start) {
  std::ifstream marker(folder / kMarkerName);
  for (std::string line; std::getline(marker, line);) {
    if (line.compare(0, start.size(), start) != 0) continue;
    std::string digits = line.substr(start.size());
    if (digits.size() == kRandomDigits && digits.find_first_not_of(kDigits) == std::string::npos) return digits;
  }
  return std::nullopt;
}

}  // namespace

std::string random_digits() {
  std::random_device source;
  std::uniform_int_distribution<std::size_t> digit(0, kDigits.size() - 1);
  std::string digits;
  for (std::size_t i = 0; i < kRandomDigits; ++i) digits += kDigits[digit(source)];
  return digits;
}

bool is_real_folder(const fs::path& path) {
  std::error_code fault;
  return fs::is_directory(fs::symlink_status(path, fault));
}

bool is_real_file(const fs::path& path) {
  std::error_code fault;
  return fs::is_regular_file(fs::symlink_status(path, fault));
}

std::optional<Error> why_not_ours(const fs::path& folder) {
  const auto refused = [&](const std::string& rule) {
    return Error{ErrorCode::invalid_argument, "--data-dir " + folder.string() + " " + rule, {}};
  };
  std::error_code fault;
  const fs::file_status status = fs::status(folder, fault);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  if (status.type() == fs::file_type::none) return refused("cannot be looked at (" + fault.message() + ")");
  if (status.type() != fs::file_type::directory) return refused("is no folder; name a new one");
  for (const char* name : {"validations", "lock"}) {
    if (fs::is_symlink(fs::symlink_status(folder / name, fault))) {
      return refused("has a link named " + std::string(name) + ", which is not followed; name the folder itself");
    }
  }
  if (is_real_file(folder / kMarkerName)) return std::nullopt;
  const bool older = is_older_data_folder(folder);
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename().string();
    // A fresh file system has lost+found.
    const bool ours = name == "lost+found" || is_of_sqlite(entry->path()) ||
                      (older && (name == "lock" || name == "scratch" || name == "validations"));
    if (!ours) {
      return refused("is not empty and was not made by ssem serve: it holds " + name +
                     "; name a new or an empty folder");
    }
  }
  if (fault) return refused("cannot be read (" + fault.message() + "); name another folder");
  return std::nullopt;
}

std::optional<Error> mark_as_ours(const fs::path& folder) {
  const fs::path marker = folder / kMarkerName;
  const int file = ::open(marker.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0 && errno == EEXIST && is_real_file(marker)) return std::nullopt;
  if (file < 0) return unavailable("cannot mark the data folder", folder, std::strerror(errno));
  const bool written = files::write_all(file, kMarkerText) == files::Written::all;
  const std::string reason = std::strerror(errno);
  ::close(file);
  if (!written) return unavailable("cannot mark the data folder", folder, reason);
  return std::nullopt;
}

Result<ClaimedFolder> claim(const fs::path& folder) {
  const std::string prefix(kScratchPrefix);
  const std::string id_line(kIdLine);
  const std::string scratch_line = std::string(kScratchLine) + prefix;
  std::error_code ignored;
  if (const auto left = noted(folder, scratch_line); left && is_real_folder(folder / (prefix + *left))) {
    fs::remove_all(folder / (prefix + *left), ignored);
  }
  const std::string digits = random_digits();
  ClaimedFolder claimed{noted(folder, id_line).value_or(random_digits()), folder / (prefix + digits)};
  // Noted first, so that no kill leaves a folder that nobody knows to be ours.
  const std::string text = std::string(kMarkerText) + id_line + claimed.id + "\n" + scratch_line + digits + "\n";
  if (auto fault = files::write_atomically(folder / kMarkerName, text)) return *fault;
  if (::mkdir(claimed.scratch.c_str(), 0755) != 0) {
    return unavailable("cannot make the folder", claimed.scratch, std::strerror(errno));
  }
  return claimed;
}

Result<FolderLock> FolderLock::take(const fs::path& folder, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kBetweenTries(10);
  const auto end = std::chrono::steady_clock::now() + patience;
  const int file = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) return unavailable("cannot lock the data folder", folder, std::strerror(errno));
  FolderLock lock(file);
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(kBetweenTries);
      continue;
    }
    Error held =
        unavailable("cannot use the data folder", folder, "another ssem serve has it; --data-dir names another one");
    held.code = ErrorCode::conflict;
    return held;
  }
  return Result<FolderLock>(std::move(lock));
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace ssem::api::jobs
