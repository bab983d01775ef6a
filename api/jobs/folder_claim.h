// Whose a folder is: the server's own are marked by a file, and nothing else is ever taken for one.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "advisor/result.h"

namespace ssem::api::jobs {

// In a folder that belongs to `ssem serve`; says so to people, and names the folder for short-lived files.
inline constexpr std::string_view kMarkerName = ".ssem-data-folder";

bool is_real_folder(const std::filesystem::path& path);  // false for a link to one
bool is_real_file(const std::filesystem::path& path);

// Nothing when the folder is absent, empty, marked, or one that a server before the marker left with only its own
// things in it (lock, scratch, validations). Databases of SQLite may lie in it too: --storage often names one there.
// The error (invalid_argument) names the folder and says what to do.
std::optional<Error> why_not_ours(const std::filesystem::path& folder);

// Marks a folder that why_not_ours() has nothing against. A marker that is there stays as it is.
std::optional<Error> mark_as_ours(const std::filesystem::path& folder);

struct ClaimedFolder {
  std::string id;                 // random, the same for as long as the folder lives, whoever serves from it
  std::filesystem::path scratch;  // this server's own, new
};

// Makes a folder of a random name that was not there before, and notes it in the marker, beside the folder's id. A
// scratch that a killed server left there, which the marker names, is removed. Under the folder's lock.
Result<ClaimedFolder> claim(const std::filesystem::path& folder);

std::string random_digits();  // 16 of them, hexadecimal

// The right to use a folder, for as long as it lives.
class FolderLock {
 public:
  // Errors: conflict (another server has it, and has not left it within `patience`), unavailable.
  static Result<FolderLock> take(const std::filesystem::path& folder, std::chrono::milliseconds patience = {});
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace ssem::api::jobs
