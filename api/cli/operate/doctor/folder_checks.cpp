#include "api/cli/operate/doctor/folder_checks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "api/cli/text/number_format.h"

namespace ssem::api::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kMib = 1024.0 * 1024.0;
constexpr double kTooFewMib = 64;  // a checkpoint and a busy -wal
constexpr double kFewMib = 1024;

struct RemoteFileSystem {
  std::uint32_t magic;  // statfs(2)
  std::string_view name;
};
constexpr std::array<RemoteFileSystem, 6> kRemote{{{0x6969, "NFS"},
                                                   {0xFF534D42, "CIFS"},
                                                   {0xFE534D42, "SMB"},
                                                   {0x0BD00BD0, "Lustre"},
                                                   {0x00C36400, "Ceph"},
                                                   {0x01021997, "9p"}}};

fs::path nearest_existing(const std::string& folder) {
  std::error_code fault;
  fs::path path = fs::weakly_canonical(fs::absolute(folder, fault), fault);
  while (!fs::is_directory(path, fault) && path.has_relative_path()) path = path.parent_path();
  return path;
}

// A file of its own, gone with it.
class TrialFile {
 public:
  explicit TrialFile(const fs::path& folder) : path_((folder / ".ssem-doctor-XXXXXX").string()) {
    first_ = ::mkostemp(path_.data(), O_CLOEXEC);
    reason_ = first_ < 0 ? std::strerror(errno) : "";
    if (first_ >= 0) second_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~TrialFile() {
    if (second_ >= 0) ::close(second_);
    if (first_ < 0) return;
    ::close(first_);
    ::unlink(path_.c_str());
  }
  TrialFile(const TrialFile&) = delete;
  TrialFile& operator=(const TrialFile&) = delete;

  bool is_made() const { return first_ >= 0 && second_ >= 0; }
  const std::string& reason() const { return reason_; }

  // The database has locks of ranges, the data folder one of the whole file.
  bool locks_exclude() const { return ranges_exclude() && whole_files_exclude(); }

 private:
  bool ranges_exclude() const {
    struct flock range {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_start = 0x40000000;
    range.l_len = 1;
    return ::fcntl(first_, F_OFD_SETLK, &range) == 0 && ::fcntl(second_, F_OFD_SETLK, &range) != 0 &&
           (errno == EAGAIN || errno == EACCES);
  }
  bool whole_files_exclude() const {
    return ::flock(first_, LOCK_EX | LOCK_NB) == 0 && ::flock(second_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  }

  std::string path_;
  std::string reason_;
  int first_ = -1;
  int second_ = -1;
};

Finding check_space(const fs::path& folder) {
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) != 0) {
    return {"disk", Health::wrong, folder.string() + " cannot be looked at: " + std::strerror(errno), "is it mounted?"};
  }
  const double free_mib = static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize) / kMib;
  const std::string text = counted(std::llround(free_mib), "MiB", "MiB") + " free for " + folder.string();
  const std::string advice = "make room: writes are answered 503 when the disk is full, and validations fail";
  if (free_mib < kTooFewMib) return {"disk", Health::wrong, text, advice};
  if (free_mib < kFewMib) return {"disk", Health::to_know, text, advice};
  return {"disk", Health::good, text, ""};
}

Finding check_locks(const fs::path& folder) {
  const TrialFile file(folder);
  if (!file.is_made()) {
    return {"files", Health::wrong, "nothing can be written in " + folder.string() + ": " + file.reason(),
            "give the folder to this user, or name another one"};
  }
  if (!file.locks_exclude()) {
    return {"files", Health::wrong, "locks do not work in " + folder.string(),
            "keep database and data folder on a local disk: two programs could write at once here"};
  }
  struct statfs kind {};
  if (::statfs(folder.c_str(), &kind) == 0) {
    for (const RemoteFileSystem& remote : kRemote) {
      if (static_cast<std::uint32_t>(kind.f_type) != remote.magic) continue;
      return {"files", Health::to_know, folder.string() + " is on " + std::string(remote.name) + "; locks work here",
              "the database belongs on a local disk: other machines' programs must not open it meanwhile"};
    }
  }
  return {"files", Health::good, "files can be written and locked in " + folder.string(), ""};
}

}  // namespace

std::vector<Finding> check_folder(const std::string& folder) {
  const fs::path there = nearest_existing(folder);
  return {check_space(there), check_locks(there)};
}

}  // namespace ssem::api::cli
