#include "api/jobs/abandoned_folders.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "api/jobs/folder_claim.h"

namespace ssem::api::jobs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRandomLetters = 6;

bool has_our_name(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const std::string_view prefix = kTemporaryPrefix;
  return name.size() == prefix.size() + kRandomLetters && name.compare(0, prefix.size(), prefix) == 0;
}

bool is_this_user_s(const fs::path& folder) {
  struct stat status {};
  return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

}  // namespace

void remove_abandoned_folders(const fs::path& parent) {
  std::error_code fault;
  for (fs::directory_iterator entry(parent, fault), end; !fault && entry != end; entry.increment(fault)) {
    const fs::path& folder = entry->path();
    if (!has_our_name(folder) || !is_this_user_s(folder) || !is_real_file(folder / kMarkerName)) continue;
    const auto lock = FolderLock::take(folder);
    if (!lock) continue;
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
}

}  // namespace ssem::api::jobs
